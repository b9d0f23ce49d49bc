import { resolve } from 'node:path'
import { replaceFile } from '../lambdas/checkin/pack/desk-files.ts'
import type { PackFault } from '../lambdas/checkin/pack/pack.ts'
import { applyDelta, type ProvenPack, packDelta, provePack } from '../lambdas/checkin/pack/pack-delta.ts'
import type { Jwks } from '../lambdas/handover/signature.ts'
import { argument, type Given, type Outcome, option } from './command.ts'
import { trustForPack } from './desk-trust.ts'
import { packFile } from './pack-check.ts'
import { refused } from './pack-refused.ts'
import { stateDirOf } from './state.ts'
import { grouped } from './terminal.ts'

/** `pack delta`: what turns one pack into another. */
export async function delta(given: Given): Promise<Outcome> {
  const [oldPath, newPath] = [resolve(argument(given, 1, 'OLD')), resolve(argument(given, 2, 'NEW'))]
  const to = resolve(option(given, 'to'))
  const base = await provenBase(given, oldPath)
  if (typeof base === 'string') return refused(base, oldPath)
  const { from, jwks } = base
  const target = await proven(newPath, jwks)
  if (typeof target === 'string') return refused(target, newPath)
  const made = packDelta(from, target)
  if (typeof made === 'string') return refused(made, newPath)
  await replaceFile(to, made)
  const [bytes, packBytes] = [made.length, target.file.length]
  return {
    ok: true,
    document: { file: to, bytes, packBytes },
    lines: [
      `  ✓ ${grouped(bytes)} bytes in place of ${grouped(packBytes)} (${((100 * bytes) / packBytes).toFixed(1)} %)`,
      `  in ${to}`,
    ],
  }
}

/** `pack apply`: the later pack, byte for byte. */
export async function apply(given: Given): Promise<Outcome> {
  const [oldPath, deltaPath] = [resolve(argument(given, 1, 'OLD')), resolve(argument(given, 2, 'DELTA'))]
  const to = resolve(option(given, 'to'))
  const base = await provenBase(given, oldPath)
  if (typeof base === 'string') return refused(base, oldPath)
  const { from, jwks } = base
  const made = await applyDelta(from, await packFile(deltaPath), jwks)
  if (typeof made === 'string') return refused(made, deltaPath)
  await replaceFile(to, made)
  return {
    ok: true,
    document: { file: to, bytes: made.length },
    lines: [`  ✓ ${grouped(made.length)} bytes, as they were signed · đúng như bản đã ký`, `  in ${to}`],
  }
}

async function provenBase(given: Given, path: string) {
  const trust = await trustForPack(stateDirOf(given), await packFile(path))
  if (typeof trust === 'string') return trust
  const from = await proven(path, trust.jwks)
  return typeof from === 'string' ? from : { from, jwks: trust.jwks }
}

async function proven(path: string, jwks: Jwks): Promise<ProvenPack | PackFault> {
  return provePack(await packFile(path), jwks)
}
