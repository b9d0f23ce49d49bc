import { maximumFileBytes } from '../../lambdas/handover/compact/compact-engine.ts'
import { placeRows, unitRows } from '../../lambdas/handover/engine/lambda-limits.ts'
import { largestScratchMb, longestSeconds, wholeCpuMb } from '../../lib/function-sizes.ts'
import { mostHistoryEvents, mostListBytes, mostPayloadBytes } from '../state-machine/limits.ts'
import { accountConcurrency } from './assumed.ts'
import type { HandoverPlan } from './handover-plan.ts'
import {
  childAnswerBytes,
  fullUnitMiB,
  largestPlaceMiB,
  nationalRun,
  pollEvents,
  statePayloadBytes,
} from './measured.ts'
import { pollsOf } from './month-cost.ts'

export interface Limit {
  readonly limit: keyof typeof limits
  readonly value: number
  readonly most: number
  /** Where the plan comes closest to it. */
  readonly at: string
}

/** Most of each, and whose limit it is. */
export const limits = {
  'step-seconds': { most: longestSeconds, en: 'Seconds of one function', whose: 'AWS Lambda' },
  'scratch-mb': { most: largestScratchMb, en: 'MiB on the disk of one function', whose: 'AWS Lambda' },
  'memory-mb': { most: wholeCpuMb, en: 'MiB of memory of one function', whose: 'ours: with it comes one whole CPU' },
  'functions-at-once': { most: accountConcurrency, en: 'Functions at once', whose: 'AWS Lambda, one account' },
  'unit-rows': { most: placeRows, en: 'Rows of one unit', whose: 'ours: no ward or agency is cut' },
  'file-bytes': {
    most: maximumFileBytes,
    en: 'Bytes of one final file',
    whose: 'ours: fetched again after a broken line',
  },
  'payload-bytes': { most: mostPayloadBytes, en: 'Bytes of one payload between states', whose: 'AWS Step Functions' },
  'history-events': {
    most: mostHistoryEvents,
    en: 'Events in the history of one execution',
    whose: 'AWS Step Functions',
  },
  'list-bytes': { most: mostListBytes, en: 'Bytes of one map’s list of items', whose: 'Amazon S3, one put' },
} as const

/**
 * How far a plan goes towards each limit. Payloads, history and lists are worked out from what the machine came to over the whole
 * nation: bytes by the children of the plan's largest map, events by the half minutes that its export is assumed to take.
 */
export function limitsOf(plan: HandoverPlan): readonly Limit[] {
  const { steps, units, finalFiles } = plan
  const step = (of: (step: HandoverPlan['steps'][number]) => number) =>
    largest(
      steps.map(step => ({ at: step.step, value: of(step) })),
      'no step',
    )
  const rows = units.map(({ unit: { aggregate, province, number }, rows }) => ({
    at: `${aggregate} ${province}, unit ${number}`,
    value: Math.max(0, ...Object.values(rows).map(Number)),
  }))
  const files = finalFiles.map(({ recipient, dataset, province, bytes }) => ({
    at: `${dataset} ${province} for ${recipient}`,
    value: bytes,
  }))
  const mostRows = largest(rows, 'no unit')
  const mostChildren = step(({ children }) => children)
  const reached = {
    'step-seconds': step(({ longestSeconds }) => Math.round(longestSeconds)),
    'scratch-mb': step(({ scratchBytes }) => Math.round(scratchBytes / 2 ** 20)),
    'memory-mb': { at: `compact, ${mostRows.at}`, value: mostRows.value > unitRows ? largestPlaceMiB : fullUnitMiB },
    'functions-at-once': step(({ children, atOnce }) => Math.min(children, atOnce)),
    'unit-rows': mostRows,
    'file-bytes': largest(files, 'no file'),
    'payload-bytes': {
      at: mostChildren.at,
      value: Math.max(statePayloadBytes, childAnswerBytes * mostChildren.value + 1),
    },
    'history-events': {
      at: 'export',
      value: nationalRun.mostHistoryEvents + (pollsOf(plan) - nationalRun.polls) * pollEvents,
    },
    'list-bytes': {
      at: mostChildren.at,
      value: Math.round((mostChildren.value * nationalRun.largestListBytes) / nationalRun.mostChildren),
    },
  }
  return (Object.keys(limits) as (keyof typeof limits)[]).map(limit => ({
    limit,
    most: limits[limit].most,
    ...reached[limit],
  }))
}

/** The first of these that is over its limit. */
export function limitFault(reached: Readonly<Partial<Record<keyof typeof limits, number>>>) {
  return (Object.entries(reached) as [keyof typeof limits, number][])
    .map(([limit, value]) => ({ limit, value: Math.round(value), most: limits[limit].most }))
    .find(({ value, most }) => value > most)
}

function largest(candidates: readonly { readonly at: string; readonly value: number }[], none: string) {
  return candidates.reduce((one, other) => (other.value > one.value ? other : one), { at: none, value: 0 })
}
