import { Presets, SingleBar } from 'cli-progress'

export interface Terminal {
  /** A bar for one step of long work; on anything but a terminal, a line once the step is done. */
  progress(title: string, total: number): Progress
}

export interface Progress {
  /** How much is done by now, of how much when that was not known before. */
  at(done: number, total?: number): void
  /** With a unit, the line says how many there were, and how many a second. */
  done(unit?: string): void
}

/** Progress goes to stderr, so that stdout holds the answer alone. */
export function terminal(stream: NodeJS.WriteStream): Terminal {
  return { progress: (title, total) => (stream.isTTY ? bar(stream, title, total) : lineWhenDone(stream, title, total)) }
}

const titleWidth = 34

function bar(stream: NodeJS.WriteStream, title: string, total: number): Progress {
  const clock = stopwatch(total)
  const format = `  ${title.padEnd(titleWidth)} {bar} {value}/{total} {note}`
  const drawn = new SingleBar(
    { format, stream, barsize: 24, hideCursor: true, linewrap: false },
    Presets.shades_classic,
  )
  drawn.start(total, 0, { note: '' })
  return {
    at(done, total) {
      clock.at(done)
      if (total !== undefined) drawn.setTotal(total)
      drawn.update(done)
    },
    done(unit) {
      drawn.update({ note: clock.said(unit) })
      drawn.stop()
    },
  }
}

function lineWhenDone(stream: NodeJS.WriteStream, title: string, total: number): Progress {
  const clock = stopwatch(total)
  return {
    at: done => clock.at(done),
    done(unit) {
      stream.write(`  ${title.padEnd(titleWidth)} ${clock.said(unit)}\n`)
    },
  }
}

function stopwatch(total: number) {
  const started = performance.now()
  let count = total
  return {
    at(done: number) {
      count = done
    },
    said(unit: string | undefined): string {
      const seconds = (performance.now() - started) / 1000
      const time = `${seconds.toFixed(1).padStart(5)} s`
      return unit ? `${time}  ${counted(count, unit)}, ${rate(count / seconds)}/s` : time
    },
  }
}

function counted(count: number, units: string): string {
  return `${grouped(count)} ${count === 1 ? units.replace(/s$/, '') : units}`
}

function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond))
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
