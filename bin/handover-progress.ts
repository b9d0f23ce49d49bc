import type { Json } from '../local/stack/lambda.ts'
import type { MachineEvent } from '../local/state-machine/state-machine.ts'
import type { Progress, Terminal } from './terminal.ts'

const titles: Readonly<Record<string, string>> = {
  Export: 'export · xuất dữ liệu',
  CheckSource: 'check the source · kiểm tra nguồn',
  Convert: 'convert · chuyển đổi',
  Merge: 'merge changes · gộp thay đổi',
  Match: 'match keys · đối khớp khóa',
  Compact: 'compact · gộp và sắp xếp',
  Compare: 'compare · so sánh với gói trước',
  Reconcile: 'reconcile · đối soát',
  Place: 'place · đặt tệp',
  Publish: 'sign and publish · ký và công bố',
  Notify: 'notify · thông báo',
}

/** What a Map counts, or a function in its answer. */
const units: Readonly<Record<string, string>> = {
  CheckSource: 'items',
  Convert: 'data files',
  Merge: 'merges',
  Match: 'buckets',
  Compact: 'units',
  Compare: 'comparisons',
  Reconcile: 'files',
  Place: 'files',
  Publish: 'recipients',
  Notify: 'notices',
}

/** A bar for each step of the state machine, drawn from its events. */
export function handoverProgress(terminal: Terminal): (event: MachineEvent) => void {
  const progressOf = progressTold()
  let drawn: { readonly state: string; readonly bar: Progress; total: number; unit: string | undefined } | undefined
  return event => {
    const progress = progressOf(event)
    if (drawn && progress?.state === drawn.state) {
      drawn.bar.at(progress.done, progress.total)
      Object.assign(drawn, { total: progress.total, unit: units[drawn.state] })
    }
    const title = titles[event.state]
    if (!title) return
    if (event.kind === 'entered' && drawn?.state !== event.state) {
      drawn?.bar.done()
      drawn = { state: event.state, bar: terminal.progress(title, 1), total: 1, unit: undefined }
    }
    if (!drawn || drawn.state !== event.state) return
    const done = event.kind === 'exited' && event.state !== 'Export'
    if (!done && event.kind !== 'failed') return
    if (done && drawn.total > 0) drawn.bar.done(drawn.unit)
    else drawn.bar.drop()
    drawn = undefined
  }
}

/** How far a step is, by what a Map tells or a function answers. */
function progressTold() {
  let recipients = 0
  let published = 0
  return (event: MachineEvent) => {
    if (event.kind === 'progress') return event
    if (event.kind !== 'answered') return undefined
    if (event.state === 'Start') recipients = (event.answer as { recipients: Json[] }).recipients.length
    if (event.state === 'publish-one') return { state: 'Publish', done: ++published, total: recipients }
    const count = (event.answer as Readonly<Record<string, Json>> | null)?.[units[event.state] ?? '']
    return typeof count === 'number' && count > 0 ? { state: event.state, done: count, total: count } : undefined
  }
}
