import benefitLevels from '../../reference/benefit-levels.json' with { type: 'json' }
import deskReasons from '../../reference/desk-reasons.json' with { type: 'json' }
import ethnicGroups from '../../reference/ethnic-groups.json' with { type: 'json' }
import facilities from '../../reference/facilities.json' with { type: 'json' }
import formerProvinces from '../../reference/former-provinces.json' with { type: 'json' }
import objectCodes from '../../reference/object-codes.json' with { type: 'json' }
import provinces from '../../reference/provinces.json' with { type: 'json' }
import relationships from '../../reference/relationships.json' with { type: 'json' }
import visitObjectCodes from '../../reference/visit-object-codes.json' with { type: 'json' }
import wards from '../../reference/wards.json' with { type: 'json' }
import { markdownTable } from './markdown-table.ts'

interface Named {
  readonly code: string
  /** None where a code is in use and nobody says for whom. */
  readonly name: string | { readonly en: string; readonly vi: string } | null
}

interface List {
  readonly title: { readonly en: string; readonly vi: string }
  readonly source: string
  readonly date: string
}

/** `docs/codes.md`: the code lists, from the lists themselves; of those with thousands, how many and where. */
export function codesPage(): string {
  const levels = benefitLevels.levels.map(({ level, rate, covers }) => ({
    code: String(level),
    name: { en: `${rate} %: ${covers.en}`, vi: covers.vi },
  }))
  const recalled = deskReasons.recallReasons.map(({ code, text }) => ({ code, name: text }))
  return `# Codes

The lists behind the columns of [datasets.md](datasets.md), each with its source and date; the files in \`reference/\` say more, and the days from which each holds.
${[
  section('benefit-levels.json', benefitLevels, levels),
  section('benefit-levels.json', { ...benefitLevels, title: areas }, benefitLevels.areaCodes),
  section('desk-reasons.json', { ...deskReasons, title: recalls }, recalled),
  section('object-codes.json', objectCodes, objectCodes.objectCodes),
  section('relationships.json', relationships, relationships.relationships),
  section('ethnic-groups.json', ethnicGroups, ethnicGroups.ethnicGroups),
  section('provinces.json', provinces, provinces.provinces),
  section('former-provinces.json', formerProvinces, formerProvinces.provinces),
  section('visit-object-codes.json', visitObjectCodes, visitObjectCodes.codes),
  heading('wards.json', wards, wards.wards.length),
  heading('facilities.json', facilities, facilities.facilities.length),
].join('')}`
}

const areas = { en: 'Areas of residence on a card', vi: 'Mã nơi đối tượng sinh sống' }
const recalls = { en: 'Why a card was recalled', vi: 'Lý do thu hồi thẻ' }

function section(file: string, list: List, codes: readonly Named[]): string {
  return `${heading(file, list, codes.length)}
${markdownTable(
  ['code', 'English', 'tiếng Việt'],
  codes.map(({ code, name }) => {
    const { en, vi } = name === null || typeof name === 'string' ? { en: '', vi: name ?? '' } : name
    return [`\`${code}\``, en, vi]
  }),
)}
`
}

function heading(file: string, { title, source, date }: List, count: number): string {
  return `
## ${title.en}

*${title.vi}.* ${count.toLocaleString('en')} in [${file}](../reference/${file}), of ${date}. ${source}.
`
}
