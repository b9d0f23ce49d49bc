/** What the operating system refused, in a sentence that names the place and what to do; none for another error. */
export function systemFault(error: unknown): { code: string; message: string; path?: string } | undefined {
  const { code, errno, syscall, message, path, ...about } = error as NodeJS.ErrnoException & Connecting
  if (code === undefined || errno === undefined || syscall === undefined) return undefined
  const say = sentences[`${syscall} ${code}`] ?? sentences[code]
  const said = say ? say(placeOf(path, about)) : message.replace(`${code}: `, '')
  return { code, message: said, ...(path !== undefined && { path }) }
}

interface Connecting {
  readonly address?: string
  readonly port?: number
}

/** A read of an open folder tells no path. */
function placeOf(path: string | undefined, { address, port }: Connecting): string {
  return path ?? (port === undefined ? 'what was named' : `${address}:${port}`)
}

const sentences: Readonly<Record<string, (place: string) => string>> = {
  ENOENT: place => `nothing is at ${place}: check the name, or make it first`,
  'mkdir ENOENT': place => `${place} cannot be made where it would lie: name another place`,
  EEXIST: place => `${place} is there already: name another place, or move it away`,
  ENOTDIR: place => `${place} is a file, or leads through one: name a folder`,
  EISDIR: place => `${place} is a folder: name a file`,
  ENOTEMPTY: place => `${place} holds something: name an empty folder`,
  EACCES: place => `${place} is not open to this user: change its permissions, or name another place`,
  EPERM: place => `${place} is not open to this user: change its permissions, or name another place`,
  EROFS: place => `${place} lies where nothing can be written: name another place`,
  ENOSPC: place => `no space is left for ${place}: make room, or name another disk`,
  ENAMETOOLONG: place => `${place} is longer than a name may be: name another place`,
  ELOOP: place => `${place} leads through links in a circle: name another place`,
  EMFILE: () => 'more files are open than this process may have: raise the limit (ulimit -n)',
  EADDRINUSE: place => `${place} is in use: name another port`,
  ECONNREFUSED: place => `nobody answers at ${place}: start what should, or name another address`,
}
