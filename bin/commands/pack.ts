import { type Command, commandOf } from '../command.ts'
import { facilityOption } from '../facility.ts'
import { build } from '../pack-build.ts'
import { check } from '../pack-check.ts'
import { apply, delta } from '../pack-delta.ts'
import { presentedOptions } from '../presented.ts'
import { stateOption } from '../state.ts'

export const command: Command = commandOf(
  {
    summary:
      'Make a facility’s offline list, update it, ask it · Lập, cập nhật và tra cứu danh sách ngoại tuyến của cơ sở',
    of: 'a pack',
    options: {
      ...stateOption,
      ...facilityOption,
      ...presentedOptions,
      to: { type: 'string' },
      from: { type: 'string' },
    },
  },
  {
    build: { takes: [], usage: '--facility F --to FILE [--from RECIPIENT_OR_DIR] [--state DIR]', run: build },
    delta: { takes: ['OLD', 'NEW'], usage: '--to FILE [--state DIR]', run: delta },
    apply: { takes: ['OLD', 'DELTA'], usage: '--to FILE [--state DIR]', run: apply },
    check: {
      takes: ['FILE'],
      usage: '--number N --birth-date D [--date D] [--facility F] [--state DIR]',
      run: check,
    },
  },
)
