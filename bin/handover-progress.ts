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

/** What a Map counts. */
const units: Readonly<Record<string, string>> = {
  Convert: 'data files',
  Merge: 'merges',
  Match: 'buckets',
  Compact: 'units',
  Compare: 'comparisons',
  Place: 'files',
}

/** A bar for each step of the state machine, drawn from its events. */
export function handoverProgress(terminal: Terminal): (event: MachineEvent) => void {
  let drawn: { readonly state: string; bar: Progress; total: number } | undefined
  return event => {
    const title = titles[event.state]
    if (!title) return
    if (event.kind === 'entered' && drawn?.state !== event.state) {
      drawn?.bar.done()
      drawn = { state: event.state, bar: terminal.progress(title, 1), total: 1 }
    }
    if (!drawn || drawn.state !== event.state) return
    if (event.kind === 'progress') {
      drawn.bar.at(event.done, event.total)
      drawn.total = event.total
    }
    const done = event.kind === 'exited' && event.state !== 'Export'
    if (!done && event.kind !== 'failed') return
    if (done && drawn.total > 0) drawn.bar.done(units[event.state])
    else drawn.bar.drop()
    drawn = undefined
  }
}
