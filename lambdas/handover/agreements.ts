import hanoiHealth from '../../reference/agreements/hanoi_health.json' with { type: 'json' }
import labour from '../../reference/agreements/labour.json' with { type: 'json' }
import moh from '../../reference/agreements/moh.json' with { type: 'json' }
import population from '../../reference/agreements/population.json' with { type: 'json' }
import { type Agreement, agreementFile } from './agreement.ts'

/** Every agreement in force. */
export const agreements: readonly Agreement[] = [moh, population, labour, hanoiHealth].map(document =>
  agreementFile.parse(document),
)

export function agreementWith(recipient: string): Agreement {
  const found = agreements.find(agreement => agreement.recipient === recipient)
  if (!found)
    throw new Error(`no agreement with ${recipient}; there are ${agreements.map(({ recipient }) => recipient)}`)
  return found
}
