import { Duration } from 'aws-cdk-lib'
import { Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { registrySettings } from '../lambdas/registry/settings.ts'
import { parquetjs } from './bundling.ts'
import type { DataStack } from './data-stack.ts'
import { LambdaFunction } from './lambda-function.ts'
import { RetryingQueue } from './retrying-queue.ts'

export interface RegistryProps {
  readonly data: DataStack
}

/** A piece takes minutes, one an invocation; the desk keeps the account's other invocations and the table's capacity. */
const piecesAtOnce = 20

/** The intake: a piece of a feed that lands in its bucket goes through a queue into the registry. */
export class Registry extends Construct {
  constructor(scope: Construct, id: string, { data }: RegistryProps) {
    super(scope, id)
    const { landing, registry, keys } = data
    const timeout = Duration.minutes(15)
    const pieces = new RetryingQueue(this, 'Pieces', {
      holds: 'Pieces of feeds that could not be taken in',
      runbook: 'pieces-of-feeds-are-not-taken-in',
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
    })
    new Rule(this, 'PieceLanded', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [landing.bucketName] }, object: { key: [{ prefix: 'feeds/' }] } },
      },
      targets: [new SqsQueue(pieces, { deadLetterQueue: pieces.deadLetters })],
    })

    const intake = new LambdaFunction(this, 'Intake', {
      entry: 'registry/intake.lambda.ts',
      logKey: keys.logs,
      memorySize: 1769,
      timeout,
      packages: parquetjs,
    })
    intake.function.addEventSource(
      new SqsEventSource(pieces, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: piecesAtOnce }),
    )

    intake.set(registrySettings.landingBucket, landing.bucketName)
    landing.letRead(intake)
    landing.letPut(intake)
    intake.set(registrySettings.registryTable, registry.tableName)
    registry.letUse(
      intake,
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
    )
    intake.set(registrySettings.numberHashKey, keys.numberHash.keyArn)
    keys.numberHash.grant(intake, 'kms:GenerateMac')
  }
}
