import { mkdtemp, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { writeNationExport } from '../local/nation/export-directory.ts'
import { type Figures, figuresOf } from './process-figures.ts'

/** Once for all runs on that many people; below `exports`. */
export async function exportOf(exports: string, people: number): Promise<string> {
  const exportDir = join(exports, `export-${people}`)
  if (await stat(exportDir).catch(() => undefined)) return exportDir
  const files = Math.ceil(people / 140_000)
  await writeNationExport({ people, seed: 1, today: dayInVietnam(new Date()) }, { dir: exportDir, files })
  return exportDir
}

export async function ours(dir: string, exportDir: string, recipient = 'moh'): Promise<Figures> {
  const to = ['--to', await freshOut(dir), '--recipient', recipient]
  return figuresOf('bin/bangiao.ts', ['convert', exportDir, ...to, '--key', join(dir, 'key.pem'), '--json'])
}

export async function oursCapped(dir: string, exportDir: string): Promise<Figures> {
  return figuresOf('bench/convert-capped.ts', [exportDir, await freshOut(dir), join(dir, 'key.pem')], {
    flags: ['--max-semi-space-size=4'],
    environment: { UV_THREADPOOL_SIZE: '2' },
  })
}

export async function peer(dir: string, writer: string, exportDir: string): Promise<Figures> {
  return figuresOf('bench/peer.ts', [writer, exportDir, await freshOut(dir)], {
    flags: ['--max-old-space-size=16000'],
  })
}

/** Removed at the end only: where many files were deleted a moment ago, ext4 creates others slowly for minutes. */
function freshOut(dir: string): Promise<string> {
  return mkdtemp(join(dir, 'out-'))
}

export function mebibytes({ peakRssBytes }: Figures): number {
  return Math.round(peakRssBytes / 2 ** 20)
}

export function peopleText(people: number): string {
  return `${people.toLocaleString('en')} people`
}
