import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import '../registry/quiet.ts'
import { requestsPerAddress, requestsPerSecond, requestsPerToken, secondsToWait } from '../../lib/request-limits.ts'
import { integrationTimeoutMs } from '../../local/rest-api/reply.ts'
import { startRestApi } from '../../local/rest-api/rest-api.ts'
import { recipientScene } from '../handover/recipients/recipient-scene.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8')

describe('docs/protocol.md, where the gateway answers by itself,', () => {
  it('shows what a stranger is answered, and who comes to somebody else’s path or to none', async () => {
    const { api, tokens } = await recipientScene()
    const authorization = `Bearer ${await tokens().get()}`
    const ask = async (path: string, headers: Record<string, string>, body?: string) => {
      const answer = await fetch(`${api}/recipients/${path}`, { headers, ...(body && { method: 'POST', body }) })
      return shown(answer.status, await answer.text())
    }

    expect(await ask('moh/latest', {})).toBe('401 {"message":"Unauthorized"}')
    expect(await ask('moh/latest', { authorization: 'Bearer a.b.c' })).toBe('401 {"message":"Unauthorized"}')
    expect(await ask('labour/latest', { authorization })).toBe(
      '403 {"Message":"User is not authorized to access this resource …"}',
    )
    expect(await ask('moh/nothing', { authorization })).toBe('403 {"message":"Missing Authentication Token"}')
    const headers = { authorization, 'content-type': 'application/json' }
    expect(await ask('moh/links', headers, 'x'.repeat(7 * 1024 ** 2))).toBe('413 {"message":"Request Too Long"}')
  })

  it('shows what a fault of ours is answered, and how long it waits', async () => {
    const handler = async () => {
      throw new Error('a fault of ours')
    }
    const api = await startRestApi({ routes: [{ method: 'GET', path: '/', handler }], onFault: () => {} })
    onTestFinished(api.close)
    const answer = await fetch(`${api.endpoint}/`)
    expect(shown(answer.status, await answer.text())).toBe('502 {"message":"Internal server error"}')
    expect(page).toContain(`within ${integrationTimeoutMs / 1000} seconds`)
  })

  it('says how much may be asked', () => {
    const count = (requests: number) => requests.toLocaleString('en')
    expect(page).toContain(
      `${count(requestsPerToken)} requests in five minutes, and one address ${count(requestsPerAddress)}`,
    )
    expect(page).toContain(`more than ${count(requestsPerSecond)} in a second`)
    expect(page).toContain(`\`retry-after: ${secondsToWait}\``)
  })
})

describe('docs/protocol.md, where links are made,', () => {
  it('says that nobody looks whether the handover is there', async () => {
    const { api, tokens } = await recipientScene()
    const answer = await fetch(`${api}/recipients/moh/links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokens().get()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sequence: 99, paths: ['datapackage.json'] }),
    })
    expect(answer.status).toBe(200)
    const { links } = (await answer.json()) as { readonly links: readonly { readonly url: string }[] }
    expect(await Promise.all(links.map(async ({ url }) => (await fetch(url)).status))).toEqual([404])
    expect(page).toContain('each answers 404')
  })
})

/** The row of the page that has this answer, whose end it may leave open. */
function shown(status: number, body: string): string | undefined {
  const rows = [...page.matchAll(/^\| (\d+) \| `(\{.+?\})`.* \|$/gm)].map(([, of, text = '']) => {
    return `${of} ${text.replace('": "', '":"')}`
  })
  return rows.find(row => `${status} ${body}`.startsWith(row.replace(/ …"\}$/, '')))
}
