/** When a process dies: before its nth write reaches the service, or after, when it never hears the answer. */
export interface Death {
  readonly write: number
  readonly when: 'before' | 'after'
}

export class Died extends Error {
  override readonly name = 'Died'
}

const writes: readonly string[] = [
  'put',
  'putFile',
  'putNew',
  'replace',
  'retain',
  'send',
  'takeLease',
  'renewLease',
  'releaseLease',
  'nextSequence',
  'putRun',
  'moveHead',
  'addPublication',
  'movePublication',
  'putReceipt',
  'begin',
  'move',
  'nameNumber',
  'nameAlone',
  'putAlone',
]

/** Services as a process has them that dies; from then on none of its calls reaches anything. `written` names its writes so far: `putNew moh/...`. */
export function dying<Services extends Partial<Readonly<Record<Mortal, object>>>>(
  services: Services,
  death?: Death,
): { readonly scene: Services; readonly written: readonly string[] } {
  const written: string[] = []
  let dead = false
  const mortal = <Service extends object>(service: Service): Service =>
    new Proxy(service, {
      get(target, name, receiver) {
        const call = Reflect.get(target, name, receiver) as unknown
        if (typeof call !== 'function') return call
        return async (...given: unknown[]) => {
          if (dead) throw new Died()
          if (!writes.includes(String(name))) return call.apply(target, given)
          written.push(`${String(name)} ${given[0]}`)
          const dies = written.length === death?.write
          if (dies && death?.when === 'before') {
            dead = true
            throw new Died()
          }
          const answer = await call.apply(target, given)
          if (dies) {
            dead = true
            throw new Died()
          }
          return answer
        }
      },
    })
  const names = (
    ['ledger', 'work', 'published', 'notices', 'seals', 'tableExport', 'landing', 'registry'] as const
  ).filter(name => services[name])
  const mortals = Object.fromEntries(names.map(name => [name, mortal(services[name] as object)]))
  return { scene: { ...services, ...mortals }, written }
}

type Mortal = 'ledger' | 'work' | 'published' | 'notices' | 'seals' | 'tableExport' | 'landing' | 'registry'
