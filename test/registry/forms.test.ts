import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { feedKinds, feeds } from '../../lambdas/registry/feeds.ts'
import { type Field, fieldsOf } from '../../lambdas/registry/field.ts'

const formed = feedKinds.flatMap(kind =>
  fieldsOf(feeds[kind]).flatMap(({ name, form }: Field) =>
    form ? [{ kind, name, form, accepts: (feeds[kind].shape as Record<string, z.ZodType>)[name] as z.ZodType }] : [],
  ),
)

describe('the form of a field says as data what its feed accepts:', () => {
  it.each(formed)('$name of $kind', ({ form, accepts }) => {
    const near = 'codes' in form ? fc.constantFrom(...form.codes) : fc.stringMatching(form.pattern)
    const texts = fc.oneof(
      near,
      fc.tuple(near, fc.string({ maxLength: 2 })).map(parts => parts.join('')),
      near.map(text => text.slice(1)),
      near.map(text => text.toLowerCase()),
      near.map(text => text.replaceAll(/[0-9]/g, '0')),
      fc.string(),
    )

    fc.assert(
      fc.property(texts, text => {
        expect(accepts.safeParse(text).success).toBe(isOf(form, text))
      }),
    )
  })

  it('there are some of every feed', () => {
    expect(new Set(formed.map(({ kind }) => kind))).toEqual(new Set(feedKinds))
  })
})

function isOf(form: NonNullable<Field['form']>, text: string): boolean {
  return 'codes' in form ? form.codes.includes(text) : form.pattern.test(text) && text !== form.except
}
