import type { PullProgress } from '../lambdas/handover/pull-client.ts'
import type { Progress, Terminal } from './terminal.ts'

const titles = { download: 'download · tải về', verify: 'verify · kiểm chứng' } as const

/** A bar for each step of each handover that is pulled. */
export function pullProgress(terminal: Terminal): (progress: PullProgress) => void {
  let drawn: { readonly name: string; readonly bar: Progress } | undefined
  return ({ step, sequence, done, of }) => {
    const name = `${step} ${sequence}`
    if (drawn?.name !== name) drawn = { name, bar: terminal.progress(titles[step], of) }
    drawn.bar.at(done)
    if (done === of) drawn.bar.done('files')
  }
}
