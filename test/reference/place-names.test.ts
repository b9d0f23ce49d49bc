import { inflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { placeNames } from '../../local/pages/place-names.ts'
import packed from '../../reference/place-names.json' with { type: 'json' }

it('the packed names are those of the lists (node local/pages/place-names.ts writes them anew)', () => {
  const names = JSON.parse(inflateRawSync(Buffer.from(packed.deflated, 'base64')).toString())
  expect(names).toEqual(placeNames())
})
