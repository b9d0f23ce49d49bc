import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookupCalls } from '../../lambdas/checkin/gateway/gateway-lookup-api.ts'
import { mostBodyBytes } from '../../lambdas/checkin/gateway/gateway-request.ts'
import { longestSession, millisecondsUntilLocked } from '../../lambdas/checkin/gateway/gateway-session.ts'
import { failureWindowMinutes, mostFailures } from '../../lambdas/checkin/gateway/gateway-token-api.ts'
import { refusalAnswer } from '../../lambdas/checkin/gateway/lookup-answer.ts'
import { mostOfficers } from '../../lambdas/checkin/gateway/officers.ts'
import { passwordMd5 } from '../../lambdas/checkin/gateway/secret.ts'
import codes from '../../reference/gateway-codes.json' with { type: 'json' }
import { password, startGateway } from '../checkin/gateway/gateway-desk.ts'
import { card, holder } from '../checkin/people.ts'
import { quoted } from './quoted.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/gateway.md'), 'utf8')

interface Example {
  readonly request: string
  readonly answer: unknown
}

describe('docs/gateway.md', () => {
  it('shows answers as they are given', async () => {
    const { call, take } = await startGateway(holder([card({ fiveYearsFrom: '2027-05-01' })]))
    const { access_token: access, id_token: id } = (await take()).APIKey
    const filled = (text: string) =>
      text
        .replaceAll('<access_token>', access)
        .replaceAll('<id_token>', id)
        .replaceAll('<md5>', password)
        .replaceAll('<wrong md5>', passwordMd5('khác'))

    expect(examples()).toHaveLength(5)
    for (const { request, answer } of examples()) {
      const [head = '', body = ''] = filled(request).split('\n\n')
      const [, path = '', query, type = ''] = /^POST (\/[^?\n]+)(?:\?(.*))?\nContent-Type: (.*)$/.exec(head) ?? []
      const { body: given } = await call(path, {
        ...(query && { query: Object.fromEntries(new URLSearchParams(query)) }),
        headers: { 'content-type': type },
        body,
      })
      // The time is the desk's, so tokens are those that were filled in
      expect(given, request).toBe(JSON.stringify(JSON.parse(filled(JSON.stringify(answer)))))
    }
  })

  it('has every call, every field of an answer, and every code with its meaning', () => {
    for (const name of Object.keys(lookupCalls)) expect(page).toMatch(new RegExp(`^\\|.*\\b${name}\``, 'm'))
    const [, fields = ''] = /^\| field \| is \|\n([\s\S]+?)\n\n/m.exec(page) ?? []
    const named = fields.split('\n').flatMap(row => quoted(row.split('|')[1] ?? ''))
    expect(named.sort()).toEqual(Object.keys(refusalAnswer('500')).sort())
    const rows = [...page.matchAll(/^\| `(\d{3})` \| (.+) \|$/gm)].map(([, code, text]) => ({ code, text }))
    const meant = [...codes.token, ...codes.lookup].map(({ code, text }) => ({ code, text: text.en }))
    expect(rows).toEqual(meant)
  })

  it('says the limits that there are', () => {
    expect(mostBodyBytes).toBe(8192)
    expect(page).toContain('8,192 bytes at most')
    expect(page).toContain(`honoured for ${longestSession / 3600} hours`)
    expect([mostFailures, failureWindowMinutes]).toEqual([10, 15])
    expect(page).toContain('Ten wrong passwords from one address within a quarter of an hour')
    expect(millisecondsUntilLocked / 60_000).toBe(5)
    expect(page).toContain('it ends within five minutes')
    expect(page).toContain(`${mostOfficers} officers at most`)
  })
})

function examples(): readonly Example[] {
  const blocks = page.matchAll(/^```http\n([\s\S]+?)\n```\n\n```json\n([\s\S]+?)\n```$/gm)
  return [...blocks].map(([, request = '', answer = '']) => ({ request, answer: JSON.parse(answer) as unknown }))
}
