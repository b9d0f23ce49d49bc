import { relative } from 'node:path'
import type { PackFault } from '../lambdas/checkin/pack/pack.ts'
import type { DeltaFault } from '../lambdas/checkin/pack/pack-delta.ts'
import { deltaTexts, faultTexts } from '../lambdas/checkin/pack/pack-texts.ts'
import type { Outcome } from './command.ts'

/** Why a pack or a delta is not taken, in both languages. */
export function refused(code: PackFault | DeltaFault, path: string): Outcome {
  const { vi, en } = code in faultTexts ? faultTexts[code as PackFault] : deltaTexts[code as DeltaFault]
  return {
    ok: false,
    document: { error: { code, message: en, vi, reading: path } },
    lines: [`  ✗ ${relative(process.cwd(), path)}: ${code}`, `    ${vi}`, `    ${en}`],
  }
}
