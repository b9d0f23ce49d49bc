import { Duration, Size } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { handoverSettings as settings } from '../lambdas/handover/settings.ts'
import { type AnnouncingProps, letAnnounce } from './announcing.ts'
import { duckdb, parquetjs } from './bundling.ts'
import type { DataStack } from './data-stack.ts'
import { exportLag, leastWindow } from './export-lag.ts'
import { largestScratchMb, longestSeconds, wholeCpuMb } from './function-sizes.ts'
import { byStep, type HandoverStep } from './handover-machine.ts'
import { LambdaFunction, type LambdaFunctionProps } from './lambda-function.ts'

interface StepNeeds extends Pick<LambdaFunctionProps, 'memorySize' | 'timeout' | 'scratch' | 'packages'> {
  readonly ledger?: readonly `dynamodb:${string}`[]
  readonly reads?: readonly HandoverStore[]
  readonly puts?: readonly HandoverStore[]
}

type HandoverStore = 'exports' | 'work' | 'handover'

const wholeCpu = { memorySize: wholeCpuMb, timeout: Duration.seconds(longestSeconds) }
const largestScratch = Size.mebibytes(largestScratchMb)
const engine = { ...wholeCpu, packages: duckdb }
const readsAndPuts = ['dynamodb:GetItem', 'dynamodb:PutItem'] as const

/** What each step may do, beside writing its log. */
const needs: Readonly<Record<HandoverStep, StepNeeds>> = {
  start: {
    ledger: [...readsAndPuts, 'dynamodb:Query', 'dynamodb:UpdateItem'],
    reads: ['work'],
    puts: ['work'],
  },
  export: { ledger: readsAndPuts, reads: ['work'], puts: ['exports'] },
  'check-source': { ledger: readsAndPuts, reads: ['exports', 'work'], puts: ['work'], ...wholeCpu },
  convert: { reads: ['exports', 'work'], puts: ['work'], ...engine, scratch: largestScratch },
  merge: { reads: ['work'], puts: ['work'], ...engine, scratch: largestScratch },
  match: { reads: ['work'], puts: ['work'], ...engine },
  plan: { ledger: readsAndPuts, reads: ['work', 'handover'], puts: ['work'], ...wholeCpu },
  compact: { reads: ['work'], puts: ['work'], ...engine, scratch: largestScratch },
  compare: { reads: ['work', 'handover'], puts: ['work'], ...engine, scratch: largestScratch },
  reconcile: { ledger: readsAndPuts, reads: ['work'], puts: ['work'], ...wholeCpu, packages: parquetjs },
  // A final file has 512 MB at most, and lies on the disk while it is hashed.
  place: {
    ledger: ['dynamodb:GetItem'],
    reads: ['work', 'handover'],
    puts: ['handover'],
    ...wholeCpu,
    scratch: Size.gibibytes(1),
  },
  publish: {
    ledger: [...readsAndPuts, 'dynamodb:Query'],
    reads: ['work', 'handover'],
    puts: ['work', 'handover'],
    ...wholeCpu,
  },
  notify: {},
  abandon: {},
}

/** A function for each step of a handover. */
export class HandoverFunctions extends Construct {
  readonly byStep: Readonly<Record<HandoverStep, LambdaFunction>>

  constructor(scope: Construct, id: string, { data, recipients }: AnnouncingProps) {
    super(scope, id)
    this.byStep = byStep(name => this.step(name, data))
    const { start, export: exporting, publish, notify, abandon } = this.byStep

    start.set(settings.cutLag, String(exportLag.toSeconds()))
    start.set(settings.leastWindow, String(leastWindow.toSeconds()))
    start.set(settings.registryTableArn, data.registry.tableArn)
    data.registry.letUse(start, 'dynamodb:DescribeContinuousBackups')

    exporting.set(settings.registryTableArn, data.registry.tableArn)
    data.registry.letExport(exporting)
    exporting.set(settings.exportsKey, data.keys.work.keyArn)
    data.exports.letReceiveExport(exporting)

    publish.set(settings.signingKey, data.keys.signing.keyArn)
    data.handover.letUseObjects(publish, 's3:PutObjectRetention')
    data.keys.signing.grant(publish, 'kms:GetPublicKey', 'kms:Sign')

    for (const announcing of [notify, abandon]) letAnnounce(announcing, { data, recipients })
  }

  private step(name: HandoverStep, data: DataStack): LambdaFunction {
    const { ledger, reads = [], puts = [], ...props } = needs[name]
    const step = new LambdaFunction(this, name, {
      entry: `handover/${name}.lambda.ts`,
      logKey: data.keys.logs,
      ...props,
    })
    if (ledger) {
      step.set(settings.ledgerTable, data.ledger.tableName)
      data.ledger.letUse(step, ...ledger)
    }
    for (const store of reads) data[store].letRead(step)
    for (const store of puts) data[store].letPut(step)
    for (const store of new Set([...reads, ...puts])) step.set(bucketSettings[store], data[store].bucketName)
    return step
  }
}

const bucketSettings: Readonly<Record<HandoverStore, string>> = {
  exports: settings.exportsBucket,
  work: settings.workBucket,
  handover: settings.handoverBucket,
}
