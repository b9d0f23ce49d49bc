import { expect } from 'vitest'
import { type Item, readItems, writeItems } from '../../../lambdas/registry/batch-items-store.ts'
import { type Random, seededRandom } from '../../../local/nation/random.ts'
import { localClient, registryAt, startedDynamodb } from '../../registry/registry-service.ts'
import { type Input, type OnTheWay, ServiceError, startWire } from '../../registry/wire.ts'
import type { InjectedFault } from './fault.ts'

export const registryBatchInPart: InjectedFault = {
  name: 'A batch that DynamoDB does in part',
  injected:
    'BatchWriteItem and BatchGetItem of 130 items of the registry leave any number of theirs unprocessed, and throttle, in turn with the whole',
  holds: 'every item is written, and read once',
  runs: [2, 40],
  async begin() {
    const service = await startedDynamodb()
    const chance = { random: seededRandom(0) }
    const wire = await startWire(service, (...asked) => inPart(chance.random)(...asked))
    return async n => {
      chance.random = seededRandom(n)
      const { db, table } = await registryAt({ ...localClient, endpoint: wire })
      const items = Array.from({ length: 130 }, (_, at): Item => ({ PK: { S: `H#${at}` }, SK: { S: 'H' } }))
      await writeItems(db, table, items, new AbortController().signal)
      const read = await readItems(db, table, items)
      const sorted = (all: readonly Item[]) => all.map(({ PK }) => PK?.S).sort()
      expect(sorted(read)).toEqual(sorted(items))
    }
  },
}

function inPart(random: Random): OnTheWay {
  return async (operation, input, pass) => {
    const left = { BatchWriteItem: 'UnprocessedItems', BatchGetItem: 'UnprocessedKeys' }[operation]
    if (!left) return pass(input)
    if (random.chance(0.1)) throw new ServiceError('ThrottlingException', 400)
    const [[table, asked] = ['', []]] = Object.entries(
      input.RequestItems as Record<string, Input[] | { readonly Keys: Input[] }>,
    )
    const whole = Array.isArray(asked) ? asked : asked.Keys
    const part = (items: Input[]) => ({ [table]: Array.isArray(asked) ? items : { ...asked, Keys: items } })
    const most = random.chance(0.5) ? whole.length : random.between(1, whole.length)
    const output = await pass({ RequestItems: part(whole.slice(0, most)) })
    return most < whole.length ? { ...output, [left]: part(whole.slice(most)) } : output
  }
}
