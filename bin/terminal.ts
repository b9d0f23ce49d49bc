import { Presets, SingleBar } from 'cli-progress'

export interface Terminal {
  /** A bar for one step of long work; on anything but a terminal, a line once the step is done. */
  progress(title: string, total: number): Progress
}

export interface Progress {
  /** How much is done by now, of how much when that was not known before. */
  at(done: number, total?: number): void
  done(note?: string): void
}

/** Progress goes to stderr, so that stdout holds the answer alone. */
export function terminal(stream: NodeJS.WriteStream): Terminal {
  return { progress: (title, total) => (stream.isTTY ? bar(stream, title, total) : lineWhenDone(stream, title)) }
}

const titleWidth = 34

function bar(stream: NodeJS.WriteStream, title: string, total: number): Progress {
  const started = performance.now()
  const format = `  ${title.padEnd(titleWidth)} {bar} {value}/{total} {note}`
  const drawn = new SingleBar(
    { format, stream, barsize: 24, hideCursor: true, linewrap: false },
    Presets.shades_classic,
  )
  drawn.start(total, 0, { note: '' })
  return {
    at(done, total) {
      if (total !== undefined) drawn.setTotal(total)
      drawn.update(done)
    },
    done(note = '') {
      drawn.update({ note: `${seconds(started)} ${note}` })
      drawn.stop()
    },
  }
}

function lineWhenDone(stream: NodeJS.WriteStream, title: string): Progress {
  const started = performance.now()
  return {
    at() {},
    done(note = '') {
      stream.write(`  ${title.padEnd(titleWidth)} ${seconds(started)}  ${note}\n`)
    },
  }
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s`
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
