import type { PartKind } from '../../lambdas/handover/convert/parts.ts'
import type { DatasetName } from '../../lambdas/handover/datasets.ts'
import type { ItemKind } from '../../lambdas/registry/items.ts'

/*
 * What a national run is worked out from. Counts and sizes are means over 280,000 synthetic people (seed 1, all four agreements);
 * test/scale/measured.test.ts measures a smaller nation again.
 */

/** Items of the registry for each member of a household. */
export const itemsPerPerson: Readonly<Record<ItemKind, number>> = {
  household: 0.286,
  person: 1,
  contributions: 0.572,
  number: 1.957,
}

/** Bytes of one item: as DynamoDB bills it, without the 100 that it adds to each for storage, and as a line of an export. */
export const itemBytes: Readonly<Record<ItemKind, { readonly stored: number; readonly line: number }>> = {
  household: { stored: 165, line: 301 },
  person: { stored: 561, line: 941 },
  contributions: { stored: 350, line: 584 },
  number: { stored: 95, line: 166 },
}

/** Bytes of one lookup of an officer who is known by hash, as DynamoDB bills it, without the 100 that it adds for storage. */
export const lookupBytes = 245

/** Of a plain line: what is left of it in `.json.gz`. */
export const gzippedShare = 0.169

/** Rows of each kind of part for each member of a household, and bytes of a row in a part of a full handover. */
export const rowsPerPerson: Readonly<Record<PartKind, number>> = {
  households: 0.286,
  persons: 1,
  cards: 1.267,
  contributions: 1.152,
}
export const partRowBytes: Readonly<Record<PartKind, number>> = {
  households: 86,
  persons: 189,
  cards: 79,
  contributions: 94,
}

/** Rows of keys for each item, by its kind: a person stands under its own id and under its household's. */
export const keysPerItem: Readonly<Record<ItemKind, number>> = { household: 1, person: 2, contributions: 1, number: 0 }
export const keyRowBytes = 44

/** Bytes of a row in a final file, of the agreement whose files are the largest. */
export const finalRowBytes: Readonly<Record<DatasetName, number>> = {
  households: 24.5,
  persons: 51.9,
  cards: 22.5,
  contributions: 16.6,
  eligibility: 20.3,
}

/**
 * Final rows per CPU second of the whole job, from `.json.gz` to hashed files, at 2.8 million people (bench/convert.ts, 2026-11-26).
 * No single step is slower than all of them together, so each is bounded by it.
 */
export const rowsPerCpuSecond = 111_260

/**
 * Two steps of a delta that read far more than they write, on a machine like that one, 2 million persons with 22 columns: rows of both
 * sides compared, and earlier rows merged.
 */
export const comparedRowsPerCpuSecond = 775_000
export const mergedRowsPerCpuSecond = 447_000

/** MiB that a child took to compact persons with `unitRows` cards, and with `placeRows` (bench/full-unit.ts). */
export const fullUnitMiB = 814
export const largestPlaceMiB = 1_138

/** Bytes of one place in the outcome of a data file. */
export const placeCountBytes = 100

/** Of a part of a full handover, what is left of it once a delta has written it again, in snappy. */
export const mergedPartShare = 0.44

/**
 * What the machine came to over manifests of the whole nation, all recipients, full and delta: test/scale/national-run.test.ts counts it.
 * Payloads and lists grow with the children of a map, here 1,209 files to be placed; the history with questions for the export, here two.
 */
export const nationalRun = {
  largestPayloadBytes: 3_628,
  mostHistoryEvents: 122,
  largestListBytes: 338_759,
  mostChildren: 1_209,
  polls: 2,
}

/** Bytes that a map gives back for each child: an answer that says nothing, and a comma. */
export const childAnswerBytes = 3

/** Bytes that states pass on whatever a map gives back, with four recipients. */
export const statePayloadBytes = 309

/** Events of one question whether the export is there: of `WaitForExport`, `Export` and `IsExported`. */
export const pollEvents = 9
