import { argument, type Command, type Given, type Outcome, UsageError } from '../command.ts'
import { load } from '../desk-load.ts'
import { reconcile } from '../desk-reconcile.ts'
import { check, visits } from '../desk-visits.ts'
import { facilityOption } from '../facility.ts'
import { presentedOptions } from '../presented.ts'
import { stateOption } from '../state.ts'
import type { Terminal } from '../terminal.ts'

const actions: Readonly<Record<string, (given: Given, terminal: Terminal) => Promise<Outcome>>> = {
  load,
  check,
  visits,
  reconcile,
}

export const command: Command = {
  summary:
    'A facility’s desk while the line is down, and what became of its visits · Quầy tiếp nhận khi mất đường truyền',
  usage:
    'load PACK_OR_DELTA | check --number N --birth-date D [--date D] | visits | reconcile, each with --facility F [--state DIR]',
  options: { ...stateOption, ...facilityOption, ...presentedOptions },
  async run(given, terminal) {
    const names = Object.keys(actions).join(', ')
    const action = actions[argument(given, 0, `one of ${names}`)]
    if (!action) throw new UsageError(`what a desk can do is ${names}`)
    return action(given, terminal)
  },
}
