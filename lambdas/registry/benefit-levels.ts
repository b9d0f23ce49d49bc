import list from '../../reference/benefit-levels.json' with { type: 'json' }
import type { BenefitLevel } from './card-number.ts'
import type { Day } from './day.ts'

/** Areas of hardship (K1, K2) and islands (K3). */
export const areaCodes = ['K1', 'K2', 'K3'] as const
export type AreaCode = (typeof areaCodes)[number]

const rates = new Map(list.levels.map(({ level, rate }) => [level, rate]))
const shares = new Map(list.householdShares.map(({ order, percent }) => [order, percent]))
const lastShare = Math.min(...shares.values())

/** Percent of the cost in scope. */
export function rateOf(level: BenefitLevel): number {
  return rates.get(level) as number
}

/** Percent of the first member's contribution; `order` counts the members who enrol together, from 1. */
export function contributionShare(order: number): number {
  return shares.get(order) ?? lastShare
}

/** VND a month; none before 2024-07-01, where the list begins. */
export function baseSalaryOn(day: Day): number | undefined {
  return list.baseSalaries.find(({ from, to }) => from <= day && (to === null || day <= to))?.vnd
}
