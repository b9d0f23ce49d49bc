import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { tokenLife } from '../../lambdas/access/access-token.ts'
import { mostAssertionLife } from '../../lambdas/access/client-assertion.ts'
import { tokenErrors } from '../../lambdas/access/token-request.ts'
import { listedFiles } from '../../lambdas/handover/manifest.ts'
import { countsOf, discrepanciesOf, receipt } from '../../lambdas/handover/receipt.ts'
import { linkLife } from '../../lambdas/handover/recipients/links-api.ts'
import { linksRequest, mostLinks } from '../../lambdas/handover/recipients/links-request.ts'
import { mostAcknowledgements, receiptsRequest } from '../../lambdas/handover/recipients/receipts-request.ts'
import { mostBodyBytes } from '../../lambdas/handover/recipients/recipient-request.ts'
import { rootSha256 } from '../../lambdas/handover/root-hash.ts'
import { apiRoutes } from '../../lib/api-routes.ts'
import { handoverCopies, manifestIn } from '../handover/pull/handover-copy.ts'
import { problemsIn, problemsOf } from './problems-of.ts'

const aHandover = handoverCopies()

let page: string
beforeAll(async () => {
  page = await readFile(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8')
})

describe('docs/protocol.md, where it says how to reach us,', () => {
  it('has every route of a recipient, and each field that it takes', () => {
    const routes = apiRoutes.filter(({ role }) => role === 'recipient').map(({ method, path }) => `${method} ${path}`)
    expect([...page.matchAll(/^### `(.+)`$/gm)].map(([, route]) => route)).toEqual(routes)
    expect(firstColumn('### `POST /recipients/{recipient}/links`')).toEqual(Object.keys(linksRequest.shape))
    expect(firstColumn('### `POST /recipients/{recipient}/receipts`')).toEqual(Object.keys(receiptsRequest.shape))
  })

  it('has every problem that a recipient can be answered, with its status, and no other', () => {
    expect(problemsIn(page)).toEqual(problemsOf('recipient'))
  })

  it('has every error of the token endpoint, with its status, and no other', () => {
    const rows = [...page.matchAll(/^\| (\d{3}) \| `([a-z]+_[a-z_]+)` \|/gm)].map(([, status, error]) => [
      error,
      Number(status),
    ])
    expect(Object.fromEntries(rows)).toEqual(tokenErrors)
  })

  it('says how long tokens, assertions and links hold, and how many there are', () => {
    expect(page).toContain(`"expires_in": ${tokenLife}`)
    expect(page).toContain(`by ${mostAssertionLife} seconds at most`)
    expect(page).toContain(`holds for ${linkLife / 60} minutes`)
    expect(page).toContain(`1 to ${mostLinks} paths`)
    expect(page).toContain(`of the notices of this handover, ${mostAcknowledgements} at most`)
    expect(page).toContain(`the body has more than ${mostBodyBytes / 1024} KB`)
  })

  it('shows a receipt as it must be, and has every property of one', () => {
    expect(receipt.safeParse(shownReceipt()).error).toBe(undefined)
    expect(firstColumn('## The receipt')).toEqual(Object.keys(receipt.shape))
  })

  it.each([
    ['with a property more', { loadedBy: 'somebody' }],
    ['with an instant of another zone', { receivedAt: '2026-11-22T15:00:00+07:00' }],
    ['with an instant of no zone', { receivedAt: '2026-11-22T15:00:00' }],
  ])('has a receipt %s refused', (_, change) => {
    expect(receipt.safeParse({ ...shownReceipt(), ...change }).success).toBe(false)
  })

  it('has every kind of discrepancy, and every field of one', () => {
    const one = { rowsByProvince: { cards: { '01': 1 } } }
    const sent = { manifestSha256: 'a', rootSha256: 'a', ...one, totals: { cards: { rows: 1, files: 1, bytes: 1 } } }
    const counted = { recipient: 'moh', sequence: 1, receivedAt: '', manifestSha256: 'b', rootSha256: 'b' }
    const found = discrepanciesOf(sent, { ...counted, rows: {}, rowsByProvince: {} })
    const [, sentence = ''] = /each \*\*discrepancy\*\* is written down: (.+?`province`)/.exec(page) ?? []
    const named = new Set([...sentence.matchAll(/`(.+?)`/g)].map(([, name]) => name))

    expect(found).toContainEqual({ of: 'rows', dataset: 'cards', sent: 1, counted: null })
    expect(named).toEqual(new Set([...found.map(({ of }) => of), ...found.flatMap(one => Object.keys(one)), 'null']))
  })

  it('says what is counted: a dataset without rows as 0 and by no province, and no exceptions', async () => {
    const manifest = await manifestIn(await aHandover())
    const resources = manifest.resources.filter(resource => resource['handover:dataset'] !== 'cards')
    const { rows, rowsByProvince } = countsOf({ ...manifest, resources }, listedFiles({ ...manifest, resources }))
    expect(Object.keys(rows)).toEqual(Object.keys(manifest.handover.totals))
    expect([rows.cards, rowsByProvince.cards]).toEqual([0, {}])
    expect(resources.map(resource => resource['handover:dataset'])).toContain('exceptions')
  })

  it('has a command that prints the root hash', async () => {
    const [, command = ''] = /```sh\n(.*sha256sum)\n```/.exec(page) ?? []
    const cwd = await aHandover()
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd })
    expect(stdout).toBe(`${rootSha256(listedFiles(await manifestIn(cwd)))}  -\n`)
  })
})

/** The receipt that the page shows. */
function shownReceipt(): object {
  const [, section = ''] = page.split('## The receipt\n')
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(section) ?? []
  return JSON.parse(example.replaceAll('<64 hex digits>', 'a'.repeat(64)))
}

/** The names in the first column of the first table below a heading. */
function firstColumn(heading: string): readonly string[] {
  const [, section = ''] = page.split(`${heading}\n`)
  const [table = ''] = /(^\|.*\n)+/m.exec(section) ?? []
  const cells = [...table.matchAll(/^\| (`.+?`) \|/gm)].map(([, cell = '']) => cell)
  return cells.flatMap(cell => cell.replaceAll('`', '').split(', '))
}
