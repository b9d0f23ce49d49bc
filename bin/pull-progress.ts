import type { PullProgress } from '../lambdas/handover/pull/pull.ts'
import type { Progress, Terminal } from './terminal.ts'

const titles = {
  download: 'download · tải về',
  verify: 'verify · kiểm chứng',
  receipt: 'send the receipt · gửi biên nhận',
} as const

const units = { download: 'KiB', verify: 'files', receipt: 'receipts' } as const

/** A bar for each step of each handover that is pulled. */
export function pullProgress(terminal: Terminal): (progress: PullProgress) => void {
  let drawn: { readonly name: string; readonly bar: Progress } | undefined
  return ({ step, sequence, done, of }) => {
    const name = `${step} ${sequence}`
    const [value, total] = step === 'download' ? [kibibytes(done), kibibytes(of)] : [done, of]
    if (drawn?.name !== name) {
      drawn?.bar.drop()
      const bar = terminal.progress(titles[step], total, step === 'download' ? value : 0)
      drawn = { name, bar }
    }
    drawn.bar.at(value)
    if (done < of) return
    drawn.bar.done(units[step])
    drawn = undefined
  }
}

function kibibytes(bytes: number): number {
  return Math.ceil(bytes / 1024)
}
