import { expect, it } from 'vitest'
import { handoverProgress } from '../../bin/handover-progress.ts'
import { terminal } from '../../bin/terminal.ts'
import type { Json } from '../../local/stack/lambda.ts'
import type { MachineEvent } from '../../local/state-machine/state-machine.ts'

/** What shows the cursor again (DECTCEM). */
const shown = '\u001b[?25h'

const progress = (state: string, done: number, total: number): MachineEvent => ({
  kind: 'progress',
  state,
  done,
  total,
})

it('a bar that is left gives the cursor back, and lets the process end', () => {
  const written: string[] = []
  const stream = {
    isTTY: true,
    columns: 80,
    write: (text: string) => written.push(text),
  } as object as NodeJS.WriteStream
  const screen = terminal(stream)
  screen.progress('convert', 4).at(1)
  expect(written.join('')).not.toContain(shown)

  screen.end()
  expect(written.join('')).toContain(shown)
})

it('a step has a line once it is done: none when it failed, and none when there was nothing to do', () => {
  const lines: string[] = []
  const stream = { isTTY: false, write: (text: string) => lines.push(text) } as object as NodeJS.WriteStream
  const tell = handoverProgress(terminal(stream))
  for (const event of [
    { kind: 'entered', state: 'CheckSource' },
    { kind: 'exited', state: 'CheckSource' },
    { kind: 'entered', state: 'Merge' },
    progress('Merge', 0, 0),
    { kind: 'exited', state: 'Merge' },
    { kind: 'entered', state: 'Match' },
    progress('Match', 2, 2),
    { kind: 'exited', state: 'Match' },
    { kind: 'entered', state: 'Convert' },
    progress('Convert', 0, 4),
    { kind: 'failed', state: 'Convert', error: 'malformed-item', cause: '' },
  ] as const satisfies readonly MachineEvent[]) {
    tell(event)
  }

  expect(lines.map(line => line.trim().split(/ {2,}/)[0])).toEqual([
    'check the source · kiểm tra nguồn',
    'match keys · đối khớp khóa',
  ])
  expect(lines[1]).toContain('2 buckets')
})

it('counts what a function answers, and each recipient that is published to', () => {
  const lines: string[] = []
  const stream = { isTTY: false, write: (text: string) => lines.push(text) } as object as NodeJS.WriteStream
  const tell = handoverProgress(terminal(stream))
  const step = (state: string, ...within: readonly MachineEvent[]) =>
    [{ kind: 'entered', state } as const, ...within, { kind: 'exited', state } as const].forEach(tell)
  const answered = (state: string, answer: Json) => ({ kind: 'answered', state, answer }) as const
  const published = [
    { kind: 'entered', state: 'publish-one' },
    answered('publish-one', null),
    { kind: 'exited', state: 'publish-one' },
  ] as const

  step('Start', answered('Start', { sequence: 1, recipients: ['moh', 'labour'] }))
  step('CheckSource', answered('CheckSource', { dataFiles: 4, items: 1146 }))
  step('Reconcile', answered('Reconcile', { files: 198 }))
  step('Publish', ...published, ...published)
  step('Notify', answered('Notify', { notices: 0 }))

  expect(
    lines.map(line =>
      line
        .replaceAll(/ {2,}/g, '  ')
        .replaceAll(/[0-9.]+ s/g, 's')
        .split(',')[0]
        ?.trim(),
    ),
  ).toEqual([
    'check the source · kiểm tra nguồn  s  1 146 items',
    'reconcile · đối soát  s  198 files',
    'sign and publish · ký và công bố  s  2 recipients',
    'notify · thông báo  s',
  ])
})
