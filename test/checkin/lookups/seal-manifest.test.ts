import { expect, it } from 'vitest'
import type { Seal } from '../../../lambdas/checkin/lookups/seal.ts'
import { buildSealManifest, readSealManifest, wrongCounts } from '../../../lambdas/checkin/lookups/seal-manifest.ts'
import { manifestBytes } from '../../../lambdas/handover/manifest.ts'

const seal: Seal = {
  sequence: 7,
  window: { from: '2026-11-22T02:00:00.000Z', to: '2026-11-22T03:00:00.000Z' },
  mode: 'incremental',
  previous: { sequence: 6, sha256: 'a'.repeat(64) },
}
const file = { bytes: 100, sha256: 'b'.repeat(64) }
const facts = {
  seal,
  created: new Date('2026-11-22T03:10:00Z'),
  exportArn: 'arn:aws:dynamodb:::export/7',
  items: 10,
  files: [
    { ...file, name: 'lookups', rows: 4 },
    { ...file, name: 'tampering', rows: 3 },
  ],
  counts: { lookups: 4, expired: 2, earlier: 1, tampering: { altered: 1, deleted: 1, forged: 1 } },
  rowsByProvince: { '01': 3, '79': 1 },
} as const

it('a manifest of a seal is read as it was built', () => {
  const manifest = buildSealManifest(facts)
  expect(readSealManifest(manifestBytes(manifest))).toEqual(manifest)
  expect(wrongCounts(manifest)).toBe(false)
})

it.each([
  ['items', { items: 11 }],
  ['looks', { counts: { ...facts.counts, lookups: 5, earlier: 0 } }],
  ['tampering', { counts: { ...facts.counts, expired: 3, tampering: { altered: 0, deleted: 1, forged: 1 } } }],
  ['provinces', { rowsByProvince: { '01': 3, '79': 2 } }],
  ['files', { files: facts.files.slice(0, 1) }],
])('counts that do not agree in %s are wrong', (_, change) => {
  expect(wrongCounts(buildSealManifest({ ...facts, ...change }))).toBe(true)
})

it('what is no manifest of a seal is not read as one', () => {
  const { seal: _, ...others } = buildSealManifest(facts)
  expect(readSealManifest(manifestBytes(others))).toBeUndefined()
  expect(readSealManifest(Buffer.from('{'))).toBeUndefined()
})
