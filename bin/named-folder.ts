import { stat } from 'node:fs/promises'
import { absentOnTheWay } from '../lambdas/shared/absent.ts'
import { makeFolder } from '../local/make-folder.ts'
import { UsageError } from './command.ts'

/** `what` says which folder was to be named. @throws UsageError where none is there. */
export async function ensureFolder(dir: string, what: string) {
  const found = await stat(dir).catch(absentOnTheWay)
  if (!found) throw new UsageError(`nothing is at ${dir}: name ${what}`)
  if (!found.isDirectory()) throw new UsageError(`${dir} is no folder: name ${what}`)
}

/** The folder that somebody named with `--to`, where it is not there yet. @throws UsageError where a file is in its way. */
export async function makeNamedFolder(dir: string) {
  await makeFolder(dir).catch(error => {
    if (!['EEXIST', 'ENOTDIR'].includes(error.code)) throw error
    throw new UsageError(`--to must be a folder, and ${dir} leads through a file`)
  })
}
