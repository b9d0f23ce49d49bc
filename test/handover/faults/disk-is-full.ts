import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { writeNationExport } from '../../../local/nation/export-directory.ts'
import { folder } from '../../local/service.ts'
import { convert, jwks } from '../convert/conversion.ts'
import { today } from '../convert/export-draft.ts'
import type { InjectedFault } from './fault.ts'

const bangiao = join(import.meta.dirname, '../../../bin/bangiao.ts')

export const diskIsFull: InjectedFault = {
  name: 'A full disk',
  injected: 'the system lets no file grow beyond a few kilobytes while an export is converted',
  holds: 'nothing stands where the handover would; with room again, the same export converts',
  runs: [2, 20],
  async begin() {
    const exportDir = join(await folder(), 'export')
    await writeNationExport({ people: 300, seed: 7, today }, { dir: exportDir, files: 2 })
    return async n => {
      const outDir = join(await folder(), 'handover')
      const kibibytes = 1 + 4 * n
      const words = ['convert', exportDir, '--to', outDir, '--key', join(outDir, '../key.pem'), '--json']
      const limited = `trap '' XFSZ; ulimit -f ${kibibytes}; exec "$0" "$@"`
      const child = spawn('bash', ['-c', limited, process.execPath, bangiao, ...words], { stdio: 'ignore' })
      const [code] = (await once(child, 'close')) as [number | null]
      expect({ done: code === 0, there: existsSync(outDir) }).toEqual({ done: code === 0, there: code === 0 })
      if (n === 0) expect(code).not.toBe(0)
      if (code === 0) return
      await convert(exportDir, outDir)
      expect((await verifyHandover(outDir, { jwks })).faults).toEqual([])
    }
  },
}
