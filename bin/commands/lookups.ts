import { argument, type Command, type Given, type Outcome, UsageError } from '../command.ts'
import { lookupsOfPerson } from '../lookups-of.ts'
import { sealLookups } from '../lookups-seal.ts'
import { verifyLookups } from '../lookups-verify.ts'
import { stateOption } from '../state.ts'
import type { Terminal } from '../terminal.ts'

const actions: Readonly<Record<string, (given: Given, terminal: Terminal) => Promise<Outcome>>> = {
  seal: sealLookups,
  verify: verifyLookups,
  of: lookupsOfPerson,
}

export const command: Command = {
  summary:
    'Seal who looked at cards, prove that log whole, tell a person who looked · Niêm phong và kiểm chứng nhật ký tra cứu',
  usage: 'seal | verify [DIR] [--jwks FILE] | of --number N --birth-date D [--state DIR]',
  options: {
    ...stateOption,
    jwks: { type: 'string' },
    number: { type: 'string' },
    'birth-date': { type: 'string' },
  },
  async run(given, terminal) {
    const names = Object.keys(actions).join(', ')
    const action = actions[argument(given, 0, `one of ${names}`)]
    if (!action) throw new UsageError(`what can be done with lookups is ${names}`)
    return action(given, terminal)
  },
}
