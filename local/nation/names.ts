import frequencies from '../../reference/name-frequencies.json' with { type: 'json' }
import type { Random } from './random.ts'
import { weighted } from './weighted.ts'

interface Frequency {
  readonly name: string
  readonly weight: number
}

const drawSurname = drawOf(frequencies.surnames)
const drawMiddle = { '1': drawOf(frequencies.middleNames.men), '2': drawOf(frequencies.middleNames.women) }
const drawGiven = { '1': drawOf(frequencies.givenNames.men), '2': drawOf(frequencies.givenNames.women) }

export function surname(random: Random): string {
  return drawSurname(random)
}

/** The names after the surname, by sex; one in fifty has no middle name and one in twelve has two. */
export function forenames(random: Random, sex: '1' | '2'): string {
  const given = drawGiven[sex](random)
  const kind = random.next()
  if (kind < 0.02) return given
  const middle = drawMiddle[sex](random)
  if (kind > 0.1) return `${middle} ${given}`
  const second = drawMiddle[sex](random)
  return second === middle ? `${middle} ${given}` : `${middle} ${second} ${given}`
}

function drawOf(list: readonly Frequency[]) {
  return weighted(list.map(({ name, weight }) => [name, weight]))
}
