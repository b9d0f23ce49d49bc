import type { CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb'
import { Validations } from 'aws-cdk-lib'
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  type ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct, IConstruct } from 'constructs'
import { importedArn } from './imported-arn.ts'

export interface DataTableProps {
  /** The keys and indexes that the embedded stack makes it with; every key is text. */
  readonly table: Pick<CreateTableCommandInput, 'KeySchema' | 'GlobalSecondaryIndexes'>
  readonly key: IKey
  /**
   * The attribute by which items expire, in seconds since 1970.
   *
   * @default items stay
   */
  readonly timeToLiveAttribute?: string
}

/**
 * A table on demand, under a key of ours, that can be exported and restored as it stood at any second of the last 35 days.
 * It outlives its stack, and must be unprotected before anybody can delete it.
 */
export class DataTable extends TableV2 {
  private readonly key: IKey

  constructor(scope: Construct, id: string, { table, key, timeToLiveAttribute }: DataTableProps) {
    super(scope, id, {
      ...keysOf(table.KeySchema),
      globalSecondaryIndexes: indexesOf(table),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
      deletionProtection: true,
      ...(timeToLiveAttribute && { timeToLiveAttribute }),
    })
    this.key = key
  }

  /** DynamoDB decrypts the table's own key for everybody who reads or writes. */
  letUse(grantee: IGrantable, ...actions: `dynamodb:${string}`[]) {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.tableArn] })
    this.key.grant(grantee, 'kms:Decrypt')
  }

  /** To begin exports of the table and to ask how they stand. */
  letExport(grantee: IGrantable & IConstruct) {
    this.letUse(grantee, 'dynamodb:ExportTableToPointInTime')
    const exports = [`${this.tableArn}/export/*`]
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:DescribeExport'], resourceArns: exports })
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${importedArn(this, this.tableArn)}/export/*]`,
      reason: 'An export has no name before it is begun',
    })
  }
}

function keysOf(schema: readonly KeySchemaElement[] | undefined) {
  const [partition, sort] = schema ?? []
  return { partitionKey: textKey(partition), ...(sort && { sortKey: textKey(sort) }) }
}

function textKey(element: KeySchemaElement | undefined) {
  return { name: element?.AttributeName as string, type: AttributeType.STRING }
}

function indexesOf({ GlobalSecondaryIndexes = [] }: DataTableProps['table']): GlobalSecondaryIndexPropsV2[] {
  return GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
    indexName: IndexName as string,
    ...keysOf(KeySchema),
    projectionType: Projection?.ProjectionType as ProjectionType,
  }))
}
