import list from '../../reference/benefit-levels.json' with { type: 'json' }
import type { BenefitLevel } from './card-number.ts'
import { inForce } from './dated.ts'
import type { Day } from './day.ts'

/** Areas of hardship (K1, K2) and islands (K3). */
export const areaCodes = ['K1', 'K2', 'K3'] as const
export type AreaCode = (typeof areaCodes)[number]

const rates = new Map(list.levels.map(({ level, rate }) => [level, rate]))

/** By the order in which members of a household enrol together, from 1: percent of the first one's contribution, the last for all that follow. */
export const householdShares: readonly number[] = list.householdShares.map(({ percent }) => percent)

/** Percent of the cost in scope. */
export function rateOf(level: BenefitLevel): number {
  return rates.get(level) as number
}

/** Percent of the first member's contribution; `order` counts the members who enrol together, from 1. */
export function contributionShare(order: number): number {
  return shareOf(order, householdShares)
}

/** The last share is that of all who follow. */
export function shareOf(order: number, shares: readonly number[]): number {
  return shares[Math.min(order, shares.length) - 1] as number
}

/** All in VND. */
export interface BaseSalary {
  /** A month. */
  readonly vnd: number
  /** 15 % of it: a visit that costs less is paid in full. */
  readonly smallVisitBelow: number
  /** Six of it: what a patient pays in a year after five continuous years. */
  readonly ownPaymentAbove: number
}

/** None before 2024-07-01, where the list begins. */
export function baseSalaryOn(day: Day): BaseSalary | undefined {
  return list.baseSalaries.find(row => inForce(row, day))
}
