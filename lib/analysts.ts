import { Stack } from 'aws-cdk-lib'
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena'
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue'
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { Agreement } from '../lambdas/handover/agreement.ts'
import { agreements } from '../lambdas/handover/agreements.ts'
import { type HandoverTable, handoverTables } from '../lambdas/handover/analysts-table.ts'
import type { DataStack } from './data-stack.ts'

export interface AnalystsProps {
  readonly data: DataStack
}

/** Bytes that one query may read: some whole snapshots of the nation, and not every one that is kept. */
const mostBytesRead = 100 * 1024 ** 3

/**
 * What was handed over as tables for VSS's own analysts: a database for each recipient, a table for each dataset and for its changes.
 * Partitions are worked out from the query, so a new handover needs no crawler. Whoever holds `policy` may ask, and change nothing.
 */
export class Analysts extends Construct {
  readonly policy: ManagedPolicy

  constructor(scope: Construct, id: string, { data }: AnalystsProps) {
    super(scope, id)
    const { handover, keys } = data
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: 'bangiao-analysts',
      description: 'Questions to what was handed over',
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: mostBytesRead,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        managedQueryResultsConfiguration: { enabled: true, encryptionConfiguration: { kmsKey: keys.handover.keyArn } },
      },
    })
    this.policy = new ManagedPolicy(this, 'Policy', { description: 'Asks, through Athena, what was handed over' })
    this.letAsk(workGroup)
    this.letEncryptResults(workGroup, keys.handover)
    for (const agreement of agreements) this.database(agreement, handover.bucketName)
    handover.letRead(this.policy)
  }

  private database(agreement: Agreement, bucket: string) {
    const catalogId = Stack.of(this).account
    const { recipient, name: title } = agreement
    const name = `bangiao_${recipient}`
    const description = `${title.en} · ${title.vi}`
    const database = new CfnDatabase(this, recipient, { catalogId, databaseInput: { name, description } })
    const tables = handoverTables(agreement)
    for (const table of tables) {
      const input = tableInput(table, `s3://${bucket}`)
      new CfnTable(database, table.name, { catalogId, databaseName: name, tableInput: input }).addResourceDependency(
        database,
      )
    }
    this.letRead(
      `database/${name}`,
      tables.map(table => `table/${name}/${table.name}`),
    )
  }

  private letAsk({ name: resourceName }: CfnWorkGroup) {
    const actions = [
      'StartQueryExecution',
      'StopQueryExecution',
      'GetQueryExecution',
      'GetQueryResults',
      // How Athena's drivers take results
      'GetQueryResultsStream',
      'GetWorkGroup',
    ]
    this.policy.addStatements(
      new PolicyStatement({
        actions: actions.map(action => `athena:${action}`),
        resources: [this.workGroupArn(resourceName)],
      }),
    )
  }

  /** Athena keeps results under our key by itself, and who asks must be let use it too (Amazon Athena User Guide, managed query results). */
  private letEncryptResults({ name }: CfnWorkGroup, key: IKey) {
    const workGroup = this.workGroupArn(name)
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('encryption.athena.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:athena:arn': workGroup, 'aws:SourceArn': workGroup },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    )
    key.grant(this.policy, 'kms:Decrypt', 'kms:GenerateDataKey')
  }

  private workGroupArn(resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'athena', resource: 'workgroup', resourceName })
  }

  /** To read a table in Glue one must be let into its database and the catalog as well. */
  private letRead(database: string, tables: readonly string[]) {
    const actions = ['GetDatabase', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions']
    this.policy.addStatements(
      new PolicyStatement({
        actions: actions.map(action => `glue:${action}`),
        resources: ['catalog', database, ...tables].map(resource =>
          Stack.of(this).formatArn({ service: 'glue', resource }),
        ),
      }),
    )
  }
}

/** Parquet in hive's layout, whose folders say the province and whose sequence the query must name. */
function tableInput(
  { name, description, columns, provinces, location }: HandoverTable,
  bucket: string,
): CfnTable.TableInputProperty {
  const fixed = location.slice(0, location.indexOf('$'))
  return {
    name,
    description,
    tableType: 'EXTERNAL_TABLE',
    parameters: {
      classification: 'parquet',
      'projection.enabled': 'true',
      'projection.sequence.type': 'injected',
      'projection.province.type': 'enum',
      'projection.province.values': provinces.join(','),
      'storage.location.template': `${bucket}/${location}`,
    },
    partitionKeys: ['sequence', 'province'].map(key => ({ name: key, type: 'string' })),
    storageDescriptor: {
      columns: columns.map(({ name, type, comment }) => ({ name, type, comment })),
      location: `${bucket}/${fixed}`,
      inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    },
  }
}
