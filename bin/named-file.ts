import { readFile } from 'node:fs/promises'

/** The text of a file that somebody named; a failure says which, as Node does not where a folder is read. */
export async function readNamed(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(error => {
    throw Object.assign(error, { path })
  })
}
