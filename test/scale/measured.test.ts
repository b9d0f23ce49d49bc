import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { lookupItem } from '../../lambdas/checkin/lookups/lookup-store.ts'
import { kindsOfLines } from '../../lambdas/handover/convert/item-lines.ts'
import type { Day } from '../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { type ItemKind, itemKinds } from '../../lambdas/registry/items.ts'
import { writeNationExport } from '../../local/nation/export-directory.ts'
import { gzippedShare, itemBytes, itemsPerPerson, lookupBytes, rowsPerPerson } from '../../local/scale/measured.ts'
import { folder } from '../local/service.ts'

const people = 20_000

describe('what a national run is worked out from', () => {
  it('is what a smaller nation measures, within 5 of 100', async () => {
    const dir = await folder()
    await writeNationExport({ people, seed: 2, today: '2026-11-22' as Day }, { dir, files: 1 })
    const [path = ''] = (await readdir(dir, { recursive: true })).filter(name => name.endsWith('.json.gz'))
    const found = await measured(join(dir, path))

    for (const kind of itemKinds) {
      const { items, lineBytes, storedBytes } = found.kinds[kind]
      near(items / people, itemsPerPerson[kind])
      near(lineBytes / items, itemBytes[kind].line)
      near(storedBytes / items, itemBytes[kind].stored)
    }
    near(found.cards / people, rowsPerPerson.cards)
    near(found.periods / people, rowsPerPerson.contributions)
    const lines = itemKinds.reduce((sum, kind) => sum + found.kinds[kind].lineBytes, 0)
    near((await stat(join(dir, path))).size / lines, gzippedShare)
  })

  it('is the size of a lookup as the desk writes it, within 5 of 100', () => {
    const lookup = lookupItem({
      id: '0123456789abcdef',
      numberHash: 'n'.repeat(43),
      instant: new Date('2026-11-26T01:02:03.456Z'),
      facility: '01007' as FacilityCode,
      officerHash: 'o'.repeat(43),
      purpose: 'reception',
    })

    near(attributesSize(lookup), lookupBytes)
  })
})

function near(measured: number, figure: number) {
  expect(Math.abs(measured / figure - 1), `${measured} instead of ${figure}`).toBeLessThan(0.05)
}

async function measured(path: string) {
  const kinds = Object.fromEntries(itemKinds.map(kind => [kind, { items: 0, lineBytes: 0, storedBytes: 0 }])) as Record<
    ItemKind,
    { items: number; lineBytes: number; storedBytes: number }
  >
  let [cards, periods] = [0, 0]
  for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
    const { Item } = JSON.parse(line) as { Item: Attributes }
    const bytes = Buffer.from(line)
    const of = kinds[kindsOfLines(bytes)(0, bytes.length) as ItemKind]
    of.items++
    of.lineBytes += bytes.length + 1
    of.storedBytes += attributesSize(Item)
    cards += (Item.cards?.L as unknown[] | undefined)?.length ?? 0
    periods += (Item.periods?.L as unknown[] | undefined)?.length ?? 0
  }
  return { kinds, cards, periods }
}

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** As DynamoDB counts it (Amazon DynamoDB Developer Guide, item sizes and formats). */
function attributesSize(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0)
}

function sizeOf(value: Readonly<Record<string, unknown>>): number {
  const [[tag, held]] = Object.entries(value) as [[string, never]]
  switch (tag) {
    case 'S':
      return Buffer.byteLength(held)
    case 'N':
      return Math.ceil((held as string).length / 2) + 1
    case 'L':
      return (held as Attributes[string][]).reduce((sum, element) => sum + sizeOf(element) + 1, 3)
    case 'M':
      return 3 + attributesSize(held) + Object.keys(held).length
    default:
      return 1
  }
}
