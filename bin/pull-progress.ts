import type { PullProgress } from '../lambdas/handover/pull-client.ts'
import type { Progress, Terminal } from './terminal.ts'

const titles = { download: 'download · tải về', verify: 'verify · kiểm chứng' } as const

/** A bar for each step of each handover that is pulled, in KiB. */
export function pullProgress(terminal: Terminal): (progress: PullProgress) => void {
  let drawn: { readonly name: string; readonly bar: Progress } | undefined
  return ({ step, sequence, bytes, totalBytes }) => {
    const name = `${step} ${sequence}`
    if (drawn?.name !== name) drawn = { name, bar: terminal.progress(titles[step], kib(totalBytes)) }
    drawn.bar.at(kib(bytes))
    if (bytes === totalBytes) drawn.bar.done('KiB')
  }
}

function kib(bytes: number): number {
  return Math.ceil(bytes / 1024)
}
