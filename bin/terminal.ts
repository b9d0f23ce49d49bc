import { Presets, SingleBar } from 'cli-progress'

export interface Terminal {
  /** A bar for one step of long work; on anything but a terminal, a line once the step is done. `from` is what an earlier try has done. */
  progress(title: string, total: number, from?: number): Progress
  /** Whatever is drawn and not done stays as it is; a bar that is drawn keeps the process alive and the cursor away. */
  end(): void
}

export interface Progress {
  /** How much is done by now, of how much when that was not known before. */
  at(done: number, total?: number): void
  /** With a unit, the line says how many there were, and how many a second where it took long enough to tell. */
  done(unit?: string): void
  /** It was not done, or there was nothing to do: no line says that it was. */
  drop(): void
}

/** Progress goes to stderr, so that stdout holds the answer alone. */
export function terminal(stream: NodeJS.WriteStream): Terminal {
  const begun = new Set<Progress>()
  return {
    progress(title, total, from = 0) {
      const drawn = stream.isTTY ? bar(stream, title, total, from) : lineWhenDone(stream, title, total, from)
      begun.add(drawn)
      return drawn
    },
    end() {
      for (const progress of begun) progress.drop()
    },
  }
}

const titleWidth = 34

function bar(stream: NodeJS.WriteStream, title: string, total: number, from: number): Progress {
  const clock = stopwatch(total, from)
  const format = `  ${title.padEnd(titleWidth)} {bar} {value}/{total} {note}`
  const drawn = new SingleBar(
    { format, stream, barsize: 24, hideCursor: true, linewrap: false },
    Presets.shades_classic,
  )
  drawn.start(total, from, { note: '' })
  return {
    at(done, total) {
      clock.at(done, total)
      if (total !== undefined) drawn.setTotal(total)
      drawn.update(done, { note: clock.pace() })
    },
    done(unit) {
      drawn.update({ note: clock.said(unit) })
      drawn.stop()
    },
    drop: () => drawn.stop(),
  }
}

function lineWhenDone(stream: NodeJS.WriteStream, title: string, total: number, from: number): Progress {
  const clock = stopwatch(total, from)
  return {
    at: clock.at,
    done(unit) {
      stream.write(`  ${title.padEnd(titleWidth)} ${clock.said(unit)}\n`)
    },
    drop() {},
  }
}

/** Seconds: what reads 0.0 s has no rate. */
const leastTimed = 0.05

function stopwatch(total: number, from: number) {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  let count = total
  let all = total
  return {
    at(done: number, total: number = all) {
      count = done
      all = total
    },
    pace: () => pace(count - from, all - count, seconds()),
    said(unit: string | undefined): string {
      const took = seconds()
      const time = `${took.toFixed(1).padStart(5)} s`
      if (!unit) return time
      const perSecond = took < leastTimed ? '' : `, ${rate((count - from) / took)}/s`
      return `${time}  ${counted(count, unit)}${perSecond}`
    },
  }
}

function counted(count: number, units: string): string {
  return `${grouped(count)} ${count === 1 ? units.replace(/s$/, '') : units}`
}

function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond))
}

/** How fast work goes and how long it still takes, from what was done in so many seconds: `2 001/s, 1:05 left · còn lại`. */
export function pace(done: number, left: number, seconds: number): string {
  const perSecond = done / seconds
  return done > 0 && seconds > 0 ? `${rate(perSecond)}/s, ${clockTime(left / perSecond)} left · còn lại` : ''
}

/** 0:09, 12:00, 3:04:05 */
function clockTime(seconds: number): string {
  const whole = Math.ceil(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (number: number) => String(number).padStart(2, '0')
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** Columns side by side; numbers stand on the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const text = rows.map(row => row.map(cell => (typeof cell === 'number' ? grouped(cell) : cell)))
  const widths = header.map((name, column) => Math.max(name.length, ...text.map(row => row[column]?.length ?? 0)))
  const isNumber = header.map((_, column) => rows.every(row => typeof row[column] === 'number'))
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, at) => (isNumber[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join('  ')}`.trimEnd()
  return [line(header), `  ${widths.map(width => '─'.repeat(width)).join('  ')}`, ...text.map(line)]
}

/** `1 234 567`, which reads alike in Vietnamese and English. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ' ')
}
