/** For `catch`, where there may be nothing at a path; whatever cannot be read for another reason must not pass for nothing. */
export function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}

/** The same, where what should be a folder on the way may be a file. */
export function absentOnTheWay(error: NodeJS.ErrnoException): undefined {
  return error.code === 'ENOTDIR' ? undefined : absent(error)
}
