import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { pace, terminal } from '../../bin/terminal.ts'

describe('the pace of long work', () => {
  it.each([
    [0, 100, 1, ''],
    [100, 0, 2, '50/s, 0:00 left · còn lại'],
    [20_010, 130_065, 10, '2 001/s, 1:05 left · còn lại'],
    [1, 36_000, 1, '1.0/s, 10:00:00 left · còn lại'],
  ])('of %i done and %i left after %i s is %j', (done, left, seconds, said) => {
    expect(pace(done, left, seconds)).toBe(said)
  })
})

describe('progress', () => {
  it('is a bar on a terminal, with rate and time left while it goes on and what it came to at the end', async () => {
    const { stream, drawn } = screen({ isTTY: true })
    const progress = terminal(stream).progress('Downloading', 1_000)
    await sleep(100)

    progress.at(250)
    await sleep(redrawn)
    expect(drawn()).toMatch(/Downloading +[█░]{24} 250\/1000 [\d ]+\/s, 0:0\d left · còn lại/)

    progress.at(500, 2_000)
    await sleep(redrawn)
    expect(drawn()).toMatch(/ 500\/2000 [\d ]+\/s, \d:\d\d left · còn lại/)

    progress.at(2_000)
    progress.done('files')
    expect(drawn()).toMatch(/█{24} 2000\/2000 +\d\.\d s {2}2 000 files, [\d ]+\/s/)
  })

  it('is one line on anything else, once the step is done', async () => {
    const { stream, drawn } = screen({ isTTY: false })
    const progress = terminal(stream).progress('Downloading', 1_000)
    await sleep(100)

    progress.at(250)
    expect(drawn()).toBe('')
    progress.at(1_000)
    progress.done('files')
    expect(drawn()).toMatch(/^ {2}Downloading {24} +0\.\d s {2}1 000 files, [\d ]+\/s\n$/)
  })

  it('has no rate where it took no time', () => {
    const { stream, drawn } = screen({ isTTY: false })
    terminal(stream).progress('Notifying', 4).done('notices')

    expect(drawn()).toMatch(/^ {2}Notifying +0\.0 s {2}4 notices\n$/)
  })
})

/** Milliseconds after which a bar has been drawn again: ten times a second at most. */
const redrawn = 300

/** What a terminal, or a file in its place, is given since it was last looked at, without the codes that move its cursor. */
function screen({ isTTY }: { readonly isTTY: boolean }) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200 }) as unknown as NodeJS.WriteStream
  const drawn = () => stripVTControlCharacters(String((stream as unknown as PassThrough).read() ?? ''))
  return { stream, drawn }
}
