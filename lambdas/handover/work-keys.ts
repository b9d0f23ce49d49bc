import { sequenceText } from './manifest.ts'
import type { PartKind } from './parts.ts'
import type { Unit } from './plan.ts'

/** Where each step of a handover leaves what the next ones read. */
export function workKeys(sequence: number) {
  const root = sequenceText(sequence)
  return {
    handover: `${root}/handover.json`,
    source: `${root}/source.json`,
    dataFiles: `${root}/data-files.json`,
    buckets: `${root}/buckets.json`,
    tally: `${root}/tally.json`,
    units: `${root}/units.json`,
    finalFiles: `${root}/final-files.json`,
    converted: (dataFile: string) => `${root}/converted/${dataFile}.json`,
    matched: (bucket: number) => `${root}/matched/${bucket}.json`,
    compacted: ({ aggregate, province, number }: Unit) => `${root}/compacted/${aggregate}-${province}-${number}.json`,
    reconciled: `${root}/reconciled.json`,
    parts: (kind: PartKind, province: string) => `${root}/parts/${kind}/province=${province}/`,
    keys: (bucket: number) => `${root}/keys/bucket=${bucket}/`,
    final: (recipient: string, name: string) => `${root}/final/${recipient}/${name}`,
    package: (recipient: string) => `${root}/packages/${recipient}.json`,
  }
}
