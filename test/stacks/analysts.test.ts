import { describe, expect, it } from 'vitest'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { packagePrefix } from '../../lambdas/handover/manifest.ts'
import { provinceCodes } from '../../lambdas/registry/provinces.ts'
import { resourceNamed, synthesize, text } from './synthesis.ts'

const { data, platform: template } = synthesize().templates

interface Table {
  readonly database: string
  readonly name: string
  readonly columns: readonly { readonly Name: string; readonly Type: string; readonly Comment: string }[]
  readonly parameters: Readonly<Record<string, unknown>>
  readonly location: unknown
}

const tables: readonly Table[] = Object.values(template.findResources('AWS::Glue::Table')).map(({ Properties }) => ({
  database: Properties.DatabaseName,
  name: Properties.TableInput.Name,
  columns: Properties.TableInput.StorageDescriptor.Columns,
  parameters: Properties.TableInput.Parameters,
  location: Properties.TableInput.StorageDescriptor.Location,
}))

interface KeyStatement {
  readonly Principal: { readonly Service?: string }
  readonly Action: readonly string[]
  readonly Condition?: Readonly<Record<'ArnLike' | 'StringEquals', Readonly<Record<string, unknown>>>>
}

function tableOf(database: string, name: string): Table {
  return tables.find(table => table.database === database && table.name === name) as Table
}

describe('the tables of VSS’s analysts', () => {
  it('are a database for each recipient, and in it a table for each dataset that it is granted and for its changes', () => {
    for (const { recipient, datasets } of agreements) {
      const names = tables.filter(({ database }) => database === `bangiao_${recipient}`).map(({ name }) => name)
      const expected = Object.keys(datasets).flatMap(name => [name, `${name}_changes`])
      expect(names.sort(), recipient).toEqual(expected.sort())
    }
  })

  it('have the columns that the agreement grants, in its order, and never the folder’s', () => {
    for (const { recipient, datasets } of agreements) {
      for (const [name, columns] of Object.entries(datasets)) {
        const of = (table: string) => tableOf(`bangiao_${recipient}`, table).columns.map(({ Name }) => Name)
        expect(of(name)).toEqual(columns)
        expect(of(`${name}_changes`)).toEqual([...columns, '_change_type'])
      }
    }
    expect(tables.flatMap(({ columns }) => columns).filter(({ Name }) => Name === 'province')).toEqual([])
  })

  it('have Athena’s types, and say what a column is in both languages', () => {
    const { columns } = tableOf('bangiao_moh', 'persons')
    const typed = Object.fromEntries(columns.map(({ Name, Type }) => [Name, Type]))
    expect(typed).toMatchObject({
      person_id: 'string',
      birth_date: 'date',
      household_order: 'int',
    })
    expect(columns.find(({ Name }) => Name === 'full_name')?.Comment).toBe('Full name · Họ và tên')
  })

  it('find their partitions by the keys under which a handover is published', () => {
    const { parameters, location: fixed } = tableOf('bangiao_moh', 'cards_changes')
    const ofQuery = (key: string) => `\${${key}}`
    const prefix = packagePrefix('changes', 'moh', 12).replace('000000000012', () => ofQuery('sequence'))
    const location = text(parameters['storage.location.template'])
    expect(location).toMatch(/^s3:\/\/<BangiaoData:ExportsOutputRefHandover\w+>\//)
    expect(location.slice(location.indexOf('>/') + 2)).toBe(`${prefix}/cards/province=${ofQuery('province')}/`)
    expect(text(fixed)).toBe(location.slice(0, location.indexOf(ofQuery('sequence'))))
    expect(parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.sequence.type': 'injected',
      'projection.province.type': 'enum',
      'projection.province.values': provinceCodes.join(','),
    })
    expect(tableOf('bangiao_hanoi_health', 'persons').parameters).toMatchObject({ 'projection.province.values': '01' })
  })

  it('are read by a policy that asks and changes nothing, table by table', () => {
    const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'))
    const statements: readonly { Action: string | string[]; Resource: unknown }[] =
      policy?.Properties.PolicyDocument.Statement
    const actions = statements.flatMap(({ Action }) => Action)
    const beside = ['kms:Decrypt', 'kms:GenerateDataKey']
    expect(actions.filter(action => !/:(Get|List|Start|Stop)/.test(action) && !beside.includes(action))).toEqual([])
    const glue = statements.filter(({ Action }) => Action[0]?.startsWith('glue:')).flatMap(({ Resource }) => Resource)
    expect(glue.map(text).filter(arn => arn.includes('*'))).toEqual([])
  })

  it('are asked in a work group that encrypts its answers and bounds what a query reads', () => {
    template.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 100 * 1024 ** 3,
        ManagedQueryResultsConfiguration: { Enabled: true },
      },
    })
  })

  it('are answered under the key of what was handed over, which Athena and who asks may use for that', () => {
    const [workGroup] = Object.values(template.findResources('AWS::Athena::WorkGroup'))
    const { Name, WorkGroupConfiguration } = workGroup?.Properties ?? {}
    const { KmsKey } = WorkGroupConfiguration.ManagedQueryResultsConfiguration.EncryptionConfiguration
    expect(text(KmsKey)).toContain('KeysHandover')
    const arn = `arn:aws:athena:ap-southeast-1:<AWS::AccountId>:workgroup/${Name}`
    const { KeyPolicy } = resourceNamed(data, 'AWS::KMS::Key', 'KeysHandover').Properties
    const [athena] = (KeyPolicy.Statement as KeyStatement[]).filter(
      ({ Principal }) => Principal.Service === 'encryption.athena.amazonaws.com',
    )
    expect(athena?.Action).toEqual(['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'])
    const { ArnLike, StringEquals } = athena?.Condition ?? {}
    expect(Object.entries(ArnLike ?? {}).map(([name, value]) => [name, text(value)])).toEqual([
      ['kms:EncryptionContext:aws:athena:arn', arn],
      ['aws:SourceArn', arn],
    ])
    expect(StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } })
    const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'))
    const statements: readonly { Action: string | string[]; Resource: unknown }[] =
      policy?.Properties.PolicyDocument.Statement
    const onKey = statements.filter(({ Action }) => [Action].flat().some(action => action.startsWith('kms:')))
    expect(new Set(onKey.flatMap(({ Action }) => Action))).toEqual(new Set(['kms:Decrypt', 'kms:GenerateDataKey']))
    expect(new Set(onKey.map(({ Resource }) => text(Resource)))).toEqual(new Set([text(KmsKey)]))
    expect(statements.flatMap(({ Action }) => Action)).toContain('athena:GetQueryResultsStream')
  })
})
