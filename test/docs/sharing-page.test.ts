import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mostFiles } from '../../lambdas/handover/sharing/file-page.ts'
import { apiRoutes } from '../../lib/api-routes.ts'
import { requestsPerAddress, requestsPerSecond, requestsPerToken, secondsToWait } from '../../lib/request-limits.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/sharing.md'), 'utf8')

describe('docs/sharing.md', () => {
  it('has every request that a share answers, and the most files of an answer', () => {
    const table = '/shares/{share}/schemas/{schema}/tables/{table}'
    const requests = apiRoutes
      .filter(route => route.function === 'sharing')
      .map(({ method, path }) => `${method} ${path.replace('/delta-sharing', '').replace(table, 'T')}`)
    const named = [...page.matchAll(/`((?:GET|HEAD|POST) [^`?]+)/g)].map(([, request]) => request)
    expect(named.sort()).toEqual(requests.sort())
    expect(page).toContain(mostFiles.toLocaleString('en'))
  })

  it('says how much may be asked', () => {
    const count = (requests: number) => requests.toLocaleString('en')
    expect(page).toContain(
      `more than ${count(requestsPerToken)} requests by one token in five minutes, or ${count(requestsPerAddress)} from one`,
    )
    expect(page).toContain(`more than ${count(requestsPerSecond)} requests in a second`)
    expect(page).toContain(`\`retry-after: ${secondsToWait}\``)
  })

  it('reckons how large a table may be from how long its links live', () => {
    const rows = [...page.matchAll(/^\| ([\d,]+) Mbit\/s \| ([\d.]+) GB \| ([\d.]+) GB \|$/gm)]
    expect(rows).toHaveLength(3)
    for (const [, rate = '', comes, largest] of rows) {
      const gigabytes = (Number(rate.replace(',', '')) / 8) * (59 * 60) * 1e-3
      const rounded = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))
      expect([comes, largest], rate).toEqual([rounded(gigabytes), rounded(gigabytes / 3)])
    }
  })
})
