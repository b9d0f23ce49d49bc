import { type Command, commandOf } from '../command.ts'
import { load } from '../desk-load.ts'
import { reconcile } from '../desk-reconcile.ts'
import { check, visits } from '../desk-visits.ts'
import { facilityOption } from '../facility.ts'
import { presentedOptions } from '../presented.ts'
import { stateOption } from '../state.ts'

const where = '--facility F [--state DIR]'

export const command: Command = commandOf(
  {
    summary:
      'A facility’s desk while the line is down, and what became of its visits · Quầy tiếp nhận khi mất đường truyền',
    of: 'a desk',
    options: { ...stateOption, ...facilityOption, ...presentedOptions },
  },
  {
    load: { takes: ['PACK_OR_DELTA'], usage: where, run: load },
    check: { takes: [], usage: `--number N --birth-date D [--date D] ${where}`, run: check },
    visits: { takes: [], usage: where, run: visits },
    reconcile: { takes: [], usage: where, run: reconcile },
  },
)
