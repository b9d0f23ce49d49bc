import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checksPerMinute, slowedChecksPerMinute } from '../../lambdas/checkin/allowance/allowance.ts'
import { mostAppointments } from '../../lambdas/checkin/native/appointment-checks-request.ts'
import { cardCheckFields, mostCheckBytes } from '../../lambdas/checkin/native/card-check-request.ts'
import { remarks } from '../../lambdas/checkin/verdict/desk-reasons.ts'
import { apiRoutes } from '../../lib/api-routes.ts'
import deskReasons from '../../reference/desk-reasons.json' with { type: 'json' }
import { request, startDesk } from '../checkin/desk.ts'
import { holder } from '../checkin/people.ts'
import { problemsIn, problemsOf } from './problems-of.ts'

const page = readFileSync(new URL('../../docs/checkin.md', import.meta.url), 'utf8')

describe('docs/checkin.md', () => {
  it('has every route of a desk', () => {
    const routes = apiRoutes.filter(({ role }) => role === 'facility').map(({ method, path }) => `${method} ${path}`)
    expect([...page.matchAll(/^### `(.+)`$/gm)].map(([, route]) => route)).toEqual(routes)
  })

  it('has every field that is taken, every reason and every remark', () => {
    expect(rows('| field | | |')).toEqual(cardCheckFields)
    const hidden = ['valid', 'not-found', 'wrong-birth-date', 'wrong-name']
    const told = deskReasons.reasons.map(({ code }) => code).filter(code => !hidden.includes(code))
    expect(rows('| reason | with |').toSorted()).toEqual(told.toSorted())
    for (const remark of remarks) expect(page).toContain(`\`${remark}\``)
  })

  it('has every problem that a desk can be answered, with its status, and no other', () => {
    expect(problemsIn(page)).toEqual(problemsOf('facility'))
  })

  it('says how much may be asked', () => {
    expect(page).toContain(`with 1 to ${mostAppointments} bodies`)
    expect(page).toContain(`more than ${mostCheckBytes / 1024} KB a check`)
    expect(page).toContain(`A facility has ${checksPerMinute} checks a minute`)
    expect(page).toContain(`slowed to ${slowedChecksPerMinute} a minute`)
  })

  it('shows a check that is answered, with every field that the page names', async () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? []
    const { ask } = await startDesk(holder())

    const given = JSON.parse((await ask(request(example))).body)
    const { visitObjectCode: _, ...open } = JSON.parse(example)
    const listed = JSON.parse((await ask(request(open))).body)

    expect(given).toMatchObject({ valid: true, route: { visitObjectCode: '1.1', fits: 'yes' } })
    const documented = rows('| field | |\n').flatMap(names => names.split('`, `'))
    const beside = ['facility', 'serviceDate', 'valid', 'message', 'basis']
    const answered = new Set([...Object.keys(given), ...Object.keys(listed), 'superseded', 'next'])
    expect([...answered].filter(name => !beside.includes(name)).toSorted()).toEqual(documented.toSorted())
  })
})

/** What stands as code in the first column of the table with this head. */
function rows(head: string): readonly string[] {
  const [, table = ''] = page.split(head)
  const [lines = ''] = table.split('\n\n')
  return [...lines.matchAll(/^\| `(.+?)` \|/gm)].map(([, name = '']) => name)
}
