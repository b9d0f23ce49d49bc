import list from '../../../reference/care-levels.json' with { type: 'json' }
import { type Dated, inForce } from '../../registry/dated.ts'
import type { Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'

/** How a facility is ranked among the levels of care. */
export interface Care {
  readonly level: CareLevel
  /** Everybody is paid in full there: health stations of communes, family medicine and the like. */
  readonly paidInFull: boolean
  /** Its standing until 2024. */
  readonly formerly?: FormerStanding
  readonly points?: Points
}

export type CareLevel = 'initial' | 'basic' | 'specialised'
export type FormerStanding = 'district' | 'provincial' | 'central'
export type Points = 'under-50' | '50-to-70'

interface CareClass extends Care, Dated {
  /** Codes with a space between. */
  readonly facilities: string
}

const byFacility = Map.groupBy(
  (list.classes as object as readonly CareClass[]).flatMap(row =>
    row.facilities.split(' ').map(facility => ({ facility, row })),
  ),
  ({ facility }) => facility,
)

/** None when nobody has ranked the facility for that day. */
export function careOn(facility: FacilityCode, day: Day): Care | undefined {
  return byFacility.get(facility)?.find(({ row }) => inForce(row, day))?.row
}
