import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectStore } from '../shared/object-store.ts'
import { type Claimant, type FirstLoad, type HeldLoad, heldBy, onClaim, onRenewal, onReturn } from './first-load.ts'
import { batchMilliseconds, type RegistryStore } from './registry-store.ts'

/**
 * The first load of an empty registry: the first file of each kind, whose pieces read and write in batches without
 * conditions, because each of them is alone in the registry.
 *
 * One object in the landing bucket says how it stands, and is only ever replaced as it was read. A piece that finds no such
 * object and an empty registry makes one that names itself the holder: of two at once, one succeeds and the other waits.
 * While it is held nobody else writes. The holder renews its time and begins no batch that could outlast it, so one that
 * died is waited for until its time is up. The first load is over, for good, once a piece had to wait or is of another
 * file: then pieces work side by side and every write is conditional. Whatever else writes to the registry must end it first.
 */
export interface FirstLoads {
  /** Waits while another piece is alone. */
  claim(claimant: Claimant): Promise<Claim>
}

export interface Claim {
  readonly alone: boolean
  /** Before each batch without conditions. @throws when the time was up. */
  renew(): Promise<void>
  giveBack(): Promise<void>
}

interface Needs {
  readonly landing: ObjectStore
  readonly registry: Pick<RegistryStore, 'isEmpty'>
  readonly clock: () => Date
}

export const firstLoadKey = 'first-load.json'

const waitMilliseconds = 250

/** Between the end of a batch and of its holder's time. */
const marginMilliseconds = 10_000

export function firstLoadStore({ landing, registry, clock }: Needs): FirstLoads {
  const now = () => clock().getTime()

  /** Gives the state that stands then. */
  async function change(next: (load: FirstLoad) => FirstLoad): Promise<FirstLoad> {
    for (;;) {
      const found = await landing.get(firstLoadKey)
      const load = found ? (JSON.parse(Buffer.from(found.bytes).toString()) as FirstLoad) : await unclaimed(registry)
      const changed = next(load)
      if (found && changed === load) return load
      if (await landing.replace(firstLoadKey, Buffer.from(JSON.stringify(changed)), found?.etag)) return changed
    }
  }

  function alone({ holder, until }: HeldLoad): Claim {
    let end = until
    return {
      alone: true,
      async renew() {
        if (end - now() > batchMilliseconds + marginMilliseconds) return
        const held = heldBy(await change(load => onRenewal(load, holder, now())), holder)
        if (!held) throw new Error('the first load ended while a piece was still alone in it')
        end = held.until
      },
      async giveBack() {
        await change(load => onReturn(load, holder))
      },
    }
  }

  return {
    async claim(claimant) {
      for (;;) {
        const load = await change(load => onClaim(load, claimant, now()))
        if (load.state === 'over') return besideOthers
        const held = heldBy(load, claimant.holder)
        if (held) return alone(held)
        await sleep(waitMilliseconds)
      }
    },
  }
}

const besideOthers: Claim = { alone: false, async renew() {}, async giveBack() {} }

async function unclaimed(registry: Needs['registry']): Promise<FirstLoad> {
  return (await registry.isEmpty()) ? { state: 'free', files: {} } : { state: 'over' }
}
