import type { Comparison, Merge, Unit } from './compact/plan.ts'
import type { Image } from './convert/change-engine.ts'
import type { Aggregate, PartKind } from './convert/parts.ts'
import { type PackageForm, sequenceText } from './manifest.ts'

/** Where each step of a handover leaves what the next ones read. */
export function workKeys(sequence: number) {
  const root = sequenceText(sequence)
  return {
    handover: `${root}/handover.json`,
    /** Which columns its parts have. */
    partColumns: `${root}/part-columns.json`,
    source: `${root}/source.json`,
    dataFiles: `${root}/data-files.json`,
    buckets: `${root}/buckets.json`,
    tally: `${root}/tally.json`,
    absent: `${root}/absent.json`,
    merges: `${root}/merges.json`,
    chains: `${root}/chains.json`,
    comparisons: `${root}/comparisons.json`,
    units: `${root}/units.json`,
    finalFiles: `${root}/final-files.json`,
    converted: (dataFile: string) => `${root}/converted/${dataFile}.json`,
    /** Parts of the changed items, as they were and as they are. */
    changed: (image: Image, kind: PartKind, province: string) =>
      `${root}/changed/${image}/${kind}/province=${province}/`,
    touched: (aggregate: Aggregate) => `${root}/touched/${aggregate}/`,
    merged: ({ aggregate, number }: Merge) => `${root}/merged/${aggregate}-${number}.json`,
    matched: (bucket: number) => `${root}/matched/${bucket}.json`,
    compared: ({ recipient, dataset, province }: Comparison) =>
      `${root}/compared/${recipient}-${dataset}-${province}.json`,
    compacted: ({ aggregate, province, number }: Unit) => `${root}/compacted/${aggregate}-${province}-${number}.json`,
    reconciled: `${root}/reconciled.json`,
    parts: (kind: PartKind, province: string) => `${root}/parts/${kind}/province=${province}/`,
    keys: (bucket: number) => `${root}/keys/bucket=${bucket}/`,
    /** A file as its recipient will have it. */
    final: (form: PackageForm, recipient: string, name: string) => `${root}/${form}/${recipient}/${name}`,
    /** What `latest.json` will say, signed. */
    latest: (recipient: string) => `${root}/latest/${recipient}.json`,
    packages: (recipient: string) => `${root}/packages/${recipient}.json`,
  }
}

export type WorkKeys = ReturnType<typeof workKeys>
