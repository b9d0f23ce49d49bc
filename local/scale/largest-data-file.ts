import { itemKinds } from '../../lambdas/registry/items.ts'
import { convertLoad, rowsIn, sum } from './child-load.ts'
import { itemBytes, itemsPerPerson } from './measured.ts'
import { nationSize } from './nation-size.ts'
import { limitFault } from './plan-limits.ts'

/**
 * Bytes of items, as stored, that one data file may hold before the function that converts it runs out of time or disk. A file is
 * streamed in chunks and never split, so this is the largest that an export may bring.
 */
export function largestDataFileBytes(buckets: number): number {
  let [fits, fails] = [0, 1e12]
  while (fails - fits > 1e7) {
    const middle = (fits + fails) / 2
    if (convertFault(middle, buckets)) fails = middle
    else fits = middle
  }
  return Math.floor(fits / 1e7) * 1e7
}

function convertFault(bytes: number, buckets: number) {
  const people = bytes / sum(itemKinds, kind => itemsPerPerson[kind] * itemBytes[kind].stored)
  const { items, places } = nationSize(people)
  const { seconds, scratchBytes } = convertLoad(items, rowsIn(places), buckets)
  return limitFault({ 'step-seconds': seconds, 'scratch-mb': scratchBytes / 2 ** 20 })
}
