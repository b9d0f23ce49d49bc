import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import facilities from '../../reference/facilities.json' with { type: 'json' }
import wards from '../../reference/wards.json' with { type: 'json' }

/** Names by code, of the two lists that are too large for a function at the desk. */
export function placeNames() {
  return { facilities: byCode(facilities.facilities), wards: byCode(wards.wards) }
}

/** Writes `reference/place-names.json` anew. */
function writePlaceNames() {
  const document = {
    title: { en: 'Names of facilities and wards, packed', vi: 'Tên cơ sở khám chữa bệnh và phường, xã (dạng nén)' },
    source: 'facilities.json and wards.json beside this file',
    date: facilities.date,
    note: '`deflated` is JSON, {"facilities": {code: name}, "wards": {code: name}}, in raw deflate and base64. Written by `node local/pages/place-names.ts` whenever one of the lists changes; a test holds them equal.',
    deflated: deflateRawSync(JSON.stringify(placeNames()), { level: 9 }).toString('base64'),
  }
  const path = join(import.meta.dirname, '../../reference/place-names.json')
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`)
}

function byCode(list: readonly { readonly code: string; readonly name: string }[]): Record<string, string> {
  return Object.fromEntries(list.map(({ code, name }) => [code, name]))
}

if (import.meta.main) writePlaceNames()
