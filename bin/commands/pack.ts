import { argument, type Command, type Given, type Outcome, UsageError } from '../command.ts'
import { facilityOption } from '../facility.ts'
import { build } from '../pack-build.ts'
import { check } from '../pack-check.ts'
import { apply, delta } from '../pack-delta.ts'
import { presentedOptions } from '../presented.ts'
import { stateOption } from '../state.ts'
import type { Terminal } from '../terminal.ts'

const actions: Readonly<Record<string, (given: Given, terminal: Terminal) => Promise<Outcome>>> = {
  build,
  delta,
  apply,
  check,
}

export const command: Command = {
  summary:
    'Make a facility’s offline list, update it, ask it · Lập, cập nhật và tra cứu danh sách ngoại tuyến của cơ sở',
  usage:
    'build --facility F --to FILE [--from RECIPIENT_OR_DIR] | delta OLD NEW --to FILE | apply OLD DELTA --to FILE | check FILE --number N --birth-date D [--date D] [--facility F] [--state DIR]',
  options: {
    ...stateOption,
    ...facilityOption,
    ...presentedOptions,
    to: { type: 'string' },
    from: { type: 'string' },
  },
  async run(given, terminal) {
    const names = Object.keys(actions).join(', ')
    const action = actions[argument(given, 0, `one of ${names}`)]
    if (!action) throw new UsageError(`what can be done with a pack is ${names}`)
    return action(given, terminal)
  },
}
