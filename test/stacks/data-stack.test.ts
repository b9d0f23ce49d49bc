import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { lookupsTable } from '../../lambdas/checkin/lookups/lookups-table.ts'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { ledgerTable } from '../../lambdas/handover/ledger-table.ts'
import { registryTable } from '../../lambdas/registry/registry-table.ts'
import { roleActions } from './role-actions.ts'
import { normalised, resourceNamed, synthesize, text } from './synthesis.ts'

const { data, templates } = synthesize()
const template = templates.data

type Resources = Record<string, { readonly Type: string; readonly DeletionPolicy?: string }>

interface Statement {
  readonly Principal: { readonly AWS?: string }
  readonly Action: string
  readonly Resource: unknown
  readonly Condition?: unknown
}

describe('the data stack', () => {
  it('is what it was', () => {
    expect(normalised(template)).toMatchSnapshot()
  })

  it('is not deleted by mistake, and leaves everything where it is when it goes', () => {
    expect(data.terminationProtection).toBe(true)
    for (const [name, { Type, DeletionPolicy }] of Object.entries(template.toJSON().Resources as Resources)) {
      if (Type !== 'AWS::S3::BucketPolicy') expect(DeletionPolicy, name).toBe('Retain')
    }
  })
})

describe('every table', () => {
  it.each([
    ['Registry', registryTable, 'KeysRegistry'],
    ['Ledger', ledgerTable, 'KeysHandover'],
    ['Lookups', lookupsTable, 'KeysAudit'],
  ])('%s has the keys of the embedded one, and lies under a key of ours', (name, table, key) => {
    const { Properties } = resourceNamed(template, 'AWS::DynamoDB::GlobalTable', name)
    expect(Properties).toMatchObject(table)
    const [replica] = Properties.Replicas
    expect(Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' })
    expect(JSON.stringify(replica.SSESpecification)).toContain(key)
  })

  it('can be restored to any second of 35 days, and is protected against deletion', () => {
    const tables = Object.values(template.findResources('AWS::DynamoDB::GlobalTable'))
    expect(tables).toHaveLength(3)
    for (const { Properties } of tables) {
      expect(Properties.Replicas).toMatchObject([
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
        },
      ])
    }
  })

  it('keeps its items, but the audit, which is sealed elsewhere by then, and assertions of clients that have run out', () => {
    const expiring = Object.entries(template.findResources('AWS::DynamoDB::GlobalTable'))
      .filter(([, { Properties }]) => Properties.TimeToLiveSpecification)
      .map(([name, { Properties }]) => [name.slice(0, -8), Properties.TimeToLiveSpecification])
    expect(expiring).toEqual([
      ['Ledger', { AttributeName: 'expiry', Enabled: true }],
      ['Lookups', { AttributeName: 'expiry', Enabled: true }],
    ])
  })
})

describe('every bucket', () => {
  const buckets = Object.entries(template.findResources('AWS::S3::Bucket'))

  it('is closed to the public and has no ACLs', () => {
    for (const [name, { Properties }] of buckets) {
      expect(Properties.PublicAccessBlockConfiguration, name).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      })
      expect(Properties.OwnershipControls.Rules, name).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
    }
  })

  it('is reached by TLS 1.2 or newer alone', () => {
    for (const [name] of buckets) {
      const denies = (condition: object) =>
        template.hasResourceProperties('AWS::S3::BucketPolicy', {
          Bucket: { Ref: name },
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition: condition }),
            ]),
          },
        })
      denies({ Bool: { 'aws:SecureTransport': 'false' } })
      denies({ NumericLessThan: { 's3:TlsVersion': 1.2 } })
    }
  })

  it('lies under a key of its class of data and logs every access, but the log itself', () => {
    const keys = buckets.map(([name, { Properties }]) => {
      const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration
      const logged = Properties.LoggingConfiguration !== undefined
      const key = rule.ServerSideEncryptionByDefault.KMSMasterKeyID?.['Fn::GetAtt'][0].slice(0, -8)
      return [name.slice(0, -8), { key, bucketKey: rule.BucketKeyEnabled, logged }]
    })
    expect(Object.fromEntries(keys)).toEqual({
      AccessLogs: { logged: false },
      Landing: { key: 'KeysRegistry', bucketKey: true, logged: true },
      Exports: { key: 'KeysWork', bucketKey: true, logged: true },
      Work: { key: 'KeysWork', bucketKey: true, logged: true },
      Handover: { key: 'KeysHandover', bucketKey: true, logged: true },
      Sealing: { key: 'KeysAudit', bucketKey: true, logged: true },
      Seals: { key: 'KeysAudit', bucketKey: true, logged: true },
    })
  })

  it('is emptied of what is on its way: exports after a week, work once no delta can go on from it', () => {
    const expiry = buckets.map(([name, { Properties }]) => [
      name.slice(0, -8),
      Properties.LifecycleConfiguration.Rules[0].ExpirationInDays,
    ])
    expect(Object.fromEntries(expiry)).toEqual({ AccessLogs: 365, Exports: 7, Work: 8, Sealing: 7 })
  })
})

describe('a bucket of what is published', () => {
  it.each(['Handover', 'Seals'])('%s refuses to put over what is there, but for latest.json', name => {
    const { PolicyDocument } = resourceNamed(template, 'AWS::S3::BucketPolicy', `${name}Policy`).Properties
    expect(PolicyDocument.Statement).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      NotResource: {
        'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${name}`)), 'Arn'] }, '/*/latest.json']],
      },
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    })
  })
})

describe('the handover bucket', () => {
  it('keeps versions and can lock objects, and locks none by itself', () => {
    const { Properties } = resourceNamed(template, 'AWS::S3::Bucket', 'Handover')
    expect(Properties).toMatchObject({ ObjectLockEnabled: true, VersioningConfiguration: { Status: 'Enabled' } })
    expect(Properties).not.toHaveProperty('ObjectLockConfiguration')
  })

  it('lets handovers go once their agreement no longer keeps them', () => {
    const { Properties } = resourceNamed(template, 'AWS::S3::Bucket', 'Handover')
    const rules: { Prefix?: string; ExpirationInDays?: number }[] = Properties.LifecycleConfiguration.Rules
    const kept = rules.flatMap(({ Prefix, ExpirationInDays }) => (Prefix ? [[Prefix, ExpirationInDays]] : []))
    expect(Object.fromEntries(kept)).toEqual(
      Object.fromEntries(
        agreements.flatMap(({ recipient, retentionDays }) => [
          [`${recipient}/snapshots/`, retentionDays],
          [`${recipient}/changes/`, retentionDays],
        ]),
      ),
    )
  })

  it('lets nobody from outside in', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::S3::BucketPolicy'))) {
      for (const { Effect, Principal } of Properties.PolicyDocument.Statement) {
        if (Effect === 'Allow') expect(Principal).toEqual({ Service: 'logging.s3.amazonaws.com' })
      }
    }
  })

  it('lets a recipient’s role read what is the recipient’s, and its key only through S3', () => {
    const role = 'arn:aws:iam::444455556666:role/moh-handover-puller'
    const { data: template } = synthesize({ context: { recipientRoles: { moh: role } } }).templates
    const { PolicyDocument } = resourceNamed(template, 'AWS::S3::BucketPolicy', 'HandoverPolicy').Properties
    const isForRole = ({ Principal }: Statement) => Principal.AWS === role
    const statements = (PolicyDocument.Statement as Statement[]).filter(isForRole)
    expect(
      statements.map(({ Action, Resource, Condition }) => [
        Action,
        text(Resource).replace(/^<\w+\.Arn>/, 'bucket'),
        Condition,
      ]),
    ).toEqual([
      ['s3:GetObject', 'bucket/moh/*', undefined],
      ['s3:ListBucket', 'bucket', { StringLike: { 's3:prefix': 'moh/*' } }],
    ])
    expect(roleActions()).toMatchObject({
      'the objects below `<recipient>/`': ['s3:GetObject'],
      'the bucket, with a prefix that begins with `<recipient>/`': ['s3:ListBucket'],
      'the key, through S3 alone': ['kms:Decrypt'],
    })
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { AWS: role },
            Action: 'kms:Decrypt',
            Condition: { StringEquals: { 'kms:ViaService': 's3.ap-southeast-1.amazonaws.com' } },
          }),
        ]),
      },
    })
  })
})

describe('the bucket of seals', () => {
  it('locks whatever is put for five years, so that nobody at all can remove it', () => {
    const { Properties } = resourceNamed(template, 'AWS::S3::Bucket', 'Seals')
    expect(Properties).toMatchObject({
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 5 * 365 + 2 } } },
    })
  })
})

describe('a key that signed handovers', () => {
  const denied = (signingKeys: { made: number; signs: number }) => {
    const { data: template } = synthesize({ context: { signingKeys } }).templates
    return Object.entries(template.findResources('AWS::KMS::Key')).flatMap(([name, { Properties }]) =>
      (Properties.KeyPolicy.Statement as (Statement & { readonly Effect: string })[])
        .filter(({ Effect }) => Effect === 'Deny')
        .map(({ Action, Principal }) => [name.slice(0, -8), Action, Principal]),
    )
  }

  it('may be used by nobody to sign once another one does', () => {
    expect(denied({ made: 2, signs: 1 })).toEqual([])
    expect(denied({ made: 3, signs: 2 })).toEqual([['KeysSigning', 'kms:Sign', { AWS: '*' }]])
  })
})

describe('every key', () => {
  it('is of the kind that its use asks for, and is turned over each year where it can be', () => {
    const kinds = Object.entries(template.findResources('AWS::KMS::Key')).map(([name, { Properties }]) => [
      name.replace(/^Keys(\w+)[0-9A-F]{8}$/, '$1'),
      [Properties.KeySpec ?? 'SYMMETRIC_DEFAULT', Properties.EnableKeyRotation ?? false],
    ])
    expect(Object.fromEntries(kinds)).toEqual({
      Registry: ['SYMMETRIC_DEFAULT', true],
      Work: ['SYMMETRIC_DEFAULT', true],
      Handover: ['SYMMETRIC_DEFAULT', true],
      Audit: ['SYMMETRIC_DEFAULT', true],
      Logs: ['SYMMETRIC_DEFAULT', true],
      Signing: ['ECC_NIST_P256', false],
      Seals: ['ECC_NIST_P256', false],
      Token: ['ECC_NIST_P256', false],
      NumberHash: ['HMAC_256', false],
      Acknowledgement: ['HMAC_256', false],
    })
  })
})
