import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { writeGate } from '../../../local/dynamodb/write-gate.ts'

describe('a write gate', () => {
  it('lets writes through side by side', async () => {
    const { gate, log, work } = diary()
    const [one, two] = [work('one'), work('two')]

    const both = [gate.write([], one.run), gate.write([], two.run)]
    await turn()
    expect(log).toEqual(['one begins', 'two begins'])
    two.end()
    one.end()
    await Promise.all(both)
    expect(log.slice(2)).toEqual(['two ends', 'one ends'])
  })

  it('takes a cut when earlier writes are over and before later ones begin', async () => {
    const { gate, log, work } = diary()
    const [earlier, cut, later] = [work('earlier write'), work('cut'), work('later write')]

    const all = [gate.write([], earlier.run), gate.cut(cut.run), gate.write([], later.run)]
    for (const { end } of [earlier, cut, later]) {
      await turn()
      end()
    }
    await Promise.all(all)
    expect(log).toEqual([
      'earlier write begins',
      'earlier write ends',
      'cut begins',
      'cut ends',
      'later write begins',
      'later write ends',
    ])
  })

  it('takes cuts one after the other, with the writes between them in the order they were asked for', async () => {
    const { gate, log, work } = diary()
    const [first, write, second, last] = [work('first cut'), work('write'), work('second cut'), work('last write')]

    const all = [gate.cut(first.run), gate.write([], write.run), gate.cut(second.run), gate.write([], last.run)]
    for (const { end } of [first, write, second, last]) {
      await turn()
      end()
    }
    await Promise.all(all)
    expect(log.filter(line => line.endsWith('begins'))).toEqual([
      'first cut begins',
      'write begins',
      'second cut begins',
      'last write begins',
    ])
  })

  it('opens again when a write or a cut has failed', async () => {
    const gate = writeGate(unmarked)
    const fail = () => Promise.reject(new Error('disk full'))

    await Promise.all([
      expect(gate.write([], fail)).rejects.toThrow('disk full'),
      expect(gate.cut(fail)).rejects.toThrow('disk full'),
      expect(gate.write([], async () => 'written')).resolves.toBe('written'),
    ])
  })
})

const unmarked = { last: () => undefined, put: () => {} }

function diary() {
  const log: string[] = []
  const work = (name: string) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const run = async () => {
      log.push(`${name} begins`)
      await promise
      log.push(`${name} ends`)
    }
    return { run, end: resolve }
  }
  return { gate: writeGate(unmarked), log, work }
}
