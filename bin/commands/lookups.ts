import { type Command, commandOf } from '../command.ts'
import { lookupsOfPerson } from '../lookups-of.ts'
import { sealLookups } from '../lookups-seal.ts'
import { verifyLookups } from '../lookups-verify.ts'
import { stateOption } from '../state.ts'

export const command: Command = commandOf(
  {
    summary:
      'Seal who looked at cards, prove that log whole, tell a person who looked · Niêm phong và kiểm chứng nhật ký tra cứu',
    of: 'lookups',
    options: {
      ...stateOption,
      jwks: { type: 'string' },
      number: { type: 'string' },
      'birth-date': { type: 'string' },
    },
  },
  {
    seal: { takes: [], usage: '[--state DIR]', run: sealLookups },
    verify: { takes: ['[DIR]'], usage: '[--jwks FILE] [--state DIR]', run: verifyLookups },
    of: { takes: [], usage: '--number N --birth-date D [--state DIR]', run: lookupsOfPerson },
  },
)
