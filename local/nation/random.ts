/** Numbers that look random and follow from the seed alone. */
export interface Random {
  /** From 0, below 1, in steps of 2^-32. */
  next(): number
  /** A whole number from 0, below the limit. */
  below(limit: number): number
  /** A whole number, both ends included. */
  between(lowest: number, highest: number): number
  chance(probability: number): boolean
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes the usual test batteries. */
export function seededRandom(seed: number): Random {
  let a = 0
  let b = Math.floor(seed / 2 ** 32) | 0
  let c = seed | 0
  let count = 1

  function next() {
    const sum = (a + b + count) | 0
    count = (count + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  const mixing = 12
  for (let round = 0; round < mixing; round++) next()

  return {
    next,
    below: limit => Math.floor(next() * limit),
    between: (lowest, highest) => lowest + Math.floor(next() * (highest - lowest + 1)),
    chance: probability => next() < probability,
  }
}
