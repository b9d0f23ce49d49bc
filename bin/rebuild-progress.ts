import type { RebuildOptions } from '../local/rebuild-snapshot.ts'
import type { Progress, Terminal } from './terminal.ts'

const titles = { verify: 'verify · kiểm chứng', apply: 'apply · áp dụng thay đổi' } as const

/** A bar for each package that is proven, and one for the snapshot that is rebuilt. */
export function rebuildProgress(terminal: Terminal): NonNullable<RebuildOptions['onProgress']> {
  let bar: Progress | undefined
  return (step, done, of) => {
    bar ??= terminal.progress(titles[step], of)
    bar.at(done, of)
    if (done < of) return
    bar.done('files')
    bar = undefined
  }
}
