/** For `catch`, where there may be nothing at a path; whatever cannot be read for another reason must not pass for nothing. */
export function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}
