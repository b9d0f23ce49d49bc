import type { PullProgress } from '../lambdas/handover/pull-client.ts'
import type { Progress, Terminal } from './terminal.ts'

const titles = { download: 'download · tải về', verify: 'verify · kiểm chứng' } as const

const units = { download: 'KiB', verify: 'files' } as const

/** A bar for each step of each handover that is pulled. */
export function pullProgress(terminal: Terminal): (progress: PullProgress) => void {
  let drawn: { readonly name: string; readonly bar: Progress } | undefined
  return ({ step, sequence, done, of }) => {
    const name = `${step} ${sequence}`
    const [value, total] = step === 'download' ? [kibibytes(done), kibibytes(of)] : [done, of]
    if (drawn?.name !== name) drawn = { name, bar: terminal.progress(titles[step], total) }
    drawn.bar.at(value)
    if (done === of) drawn.bar.done(units[step])
  }
}

function kibibytes(bytes: number): number {
  return Math.ceil(bytes / 1024)
}
