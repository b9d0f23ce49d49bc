import { describe, expect, it } from 'vitest'
import { type Permission, permissions } from './permissions.ts'
import { resourceNamed, synthesize, text } from './synthesis.ts'

const synthesis = synthesize()
const all = permissions(synthesis)

describe('of all roles', () => {
  it('publish alone may sign manifests, the token route alone tokens, and who seals lookups alone seals', () => {
    const signs = (key: string) => who(({ action, resource }) => action === 'kms:Sign' && resource === key)
    expect(who(({ action }) => action === 'kms:Sign')).toEqual([
      'Access/Token',
      'Handover/Steps/publish',
      'Lookups/Seal',
    ])
    expect(signs('KeysSigning')).toEqual(['Handover/Steps/publish'])
    expect(signs('KeysToken')).toEqual(['Access/Token'])
    expect(signs('KeysSeals')).toEqual(['Lookups/Seal'])
    expect(who(({ resource }) => resource === 'KeysToken')).toEqual(['Access/Authorizer', 'Access/Token'])
  })

  it('a new key signs, and those before it still prove what they signed', () => {
    const changed = permissions(synthesize({ context: { signingKeys: { made: 2, signs: 2 } } }))
    const may = (key: string) =>
      changed.filter(({ resource }) => resource === key).map(({ who, action }) => `${who} ${action}`)
    expect(may('KeysSigning')).toEqual(['Handover/Sharing/Api kms:GetPublicKey'])
    expect(may('KeysSigning2').toSorted()).toEqual([
      'Handover/Sharing/Api kms:GetPublicKey',
      'Handover/Steps/publish kms:GetPublicKey',
      'Handover/Steps/publish kms:Sign',
    ])
  })

  it('what a recipient calls receives from the queues of notices, takes off them, or reads what was handed over, one each', () => {
    const notices = all.filter(({ resource }) => /^Handover\w+Notices$/.test(resource))
    const may = (who: string) => new Set(notices.filter(one => one.who === who).map(({ action }) => action))
    expect(may('RecipientApi/Notices')).toEqual(new Set(['sqs:ReceiveMessage']))
    expect(may('RecipientApi/Receipts')).toEqual(new Set(['sqs:DeleteMessage']))
    const reads = who(({ action, resource }) => action === 's3:GetObject' && resource === 'Handover/*')
    expect(reads).toEqual([
      'Handover/Reminders/Remind',
      'Handover/Sharing/Api',
      'Handover/Sharing/Links',
      'Handover/Steps/abandon',
      'Handover/Steps/compare',
      'Handover/Steps/notify',
      'Handover/Steps/place',
      'Handover/Steps/plan',
      'Handover/Steps/publish',
      'RecipientApi/Latest',
      'RecipientApi/Links',
    ])
  })

  it('the intake writes the registry, the desk reads one item of it at a time, and a handover only exports it', () => {
    expect(onTable('Registry')).toEqual({
      'Registry/Intake': ['BatchGetItem', 'BatchWriteItem', 'PutItem', 'Scan', 'UpdateItem'],
      'Handover/Steps/start': ['DescribeContinuousBackups'],
      'Handover/Steps/export': ['ExportTableToPointInTime'],
      'Checkin/CardCheck': ['GetItem'],
      'Checkin/Gateway': ['GetItem'],
    })
  })

  it('the desk alone adds to the audit, nobody reads or changes it, and who seals it only exports it', () => {
    expect(onTable('Lookups')).toEqual({
      'Checkin/CardCheck': ['PutItem'],
      'Checkin/Gateway': ['PutItem'],
      'Lookups/Seal': ['DescribeContinuousBackups', 'ExportTableToPointInTime'],
    })
    const seals = all.filter(({ resource }) => /^(Seals|Sealing)\b/.test(resource))
    expect(new Set(seals.map(({ who }) => who))).toEqual(new Set(['Lookups/Seal']))
    expect(seals.filter(({ resource }) => resource === 'Seals/*').map(({ action }) => action)).toEqual([
      's3:GetObject',
      's3:PutObject',
    ])
  })

  it('the desk alone counts what was spent', () => {
    expect(onTable('CheckinCounters')).toEqual({
      'Checkin/CardCheck': ['GetItem', 'UpdateItem'],
      'Checkin/Gateway': ['GetItem', 'UpdateItem'],
    })
  })

  it('of the steps of a handover only those between its maps write the ledger, where they renew the lease', () => {
    const steps = (action: string) =>
      who(({ who, resource, ...one }) => resource === 'Ledger' && who.includes('/Steps/') && one.action === action)
    const between = ['abandon', 'check-source', 'export', 'notify', 'plan', 'publish', 'reconcile', 'start']
    expect(steps('dynamodb:PutItem')).toEqual(between.map(step => `Handover/Steps/${step}`))
    expect(steps('dynamodb:UpdateItem')).toEqual(['Handover/Steps/start'])
  })

  it('place and publish alone put what recipients read', () => {
    const puts = who(({ action, resource }) => action === 's3:PutObject' && resource === 'Handover/*')
    expect(puts).toEqual(['Handover/Steps/place', 'Handover/Steps/publish'])
  })

  it('who announces may say what is the latest, and lock what was put; nobody may bypass a lock', () => {
    const announcing = ['Handover/Reminders/Remind', 'Handover/Steps/abandon', 'Handover/Steps/notify']
    expect(who(({ resource }) => resource === 'Handover/*/latest.json')).toEqual(announcing)
    const lock = who(({ action }) => action === 's3:PutObjectRetention')
    expect(lock).toEqual([...announcing, 'Handover/Steps/publish'])
    expect(who(({ action }) => action === 's3:BypassGovernanceRetention')).toEqual([])
  })

  it('sharing reads what was published, and signs its links in the name of a role that can do nothing else', () => {
    expect(who(({ action }) => action === 'sts:AssumeRole')).toEqual(['Handover/Sharing/Api'])
    const links = all.filter(({ who }) => who === 'Handover/Sharing/Links')
    expect(links.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      's3:GetObject Handover/*',
      'kms:Decrypt KeysHandover',
    ])
    const role = resourceNamed(synthesis.templates.platform, 'AWS::IAM::Role', 'HandoverSharingLinks')
    const [{ Principal }] = role.Properties.AssumeRolePolicyDocument.Statement
    expect(text(Principal.AWS)).toMatch(/^<HandoverSharingApiRole[0-9A-F]{8}\.Arn>$/)
  })

  it('nobody deletes anything but messages that were read', () => {
    const deletes = all.filter(({ action }) => /:(Delete|Purge|Remove)/.test(action)).map(({ action }) => action)
    expect(new Set(deletes)).toEqual(new Set(['sqs:DeleteMessage', 'logs:DeleteLogDelivery']))
  })

  it('none has an action with a wildcard', () => {
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([])
  })

  it('wildcards name the objects of a bucket, exports of the table, executions of the machine, and what has no name', () => {
    const wildcards = all.map(({ resource }) => resource).filter(resource => resource.includes('*'))
    expect([...new Set(wildcards)].sort()).toEqual([
      '*',
      'Exports/*',
      'Handover/*',
      'Handover/*/latest.json',
      'Landing/*',
      'Lookups/export/*',
      'Registry/export/*',
      'Sealing/*',
      'Seals/*',
      'Work/*',
      'arn:aws:states:ap-southeast-1:<AWS::AccountId>:execution:HandoverMachine/*',
      'arn:aws:states:ap-southeast-1:<AWS::AccountId>:execution:HandoverMachine:*',
    ])
    expect(who(({ resource }) => resource === '*')).toEqual(['Handover/Machine'])
    expect(all.filter(({ resource, action }) => resource === '*' && !/^(logs|xray):/.test(action))).toEqual([])
  })

  it('none has a policy that AWS keeps, but the one by which API Gateway writes its log', () => {
    const roles = Object.values(synthesis.templates.platform.findResources('AWS::IAM::Role'))
    const policies = roles.flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? [])
    expect(JSON.stringify(policies)).toMatch(/^\[[^,]+,\[[^\]]*AmazonAPIGatewayPushToCloudWatchLogs"\]\]\}\]$/)
  })

  it('each but that of the links is of one service, and none of a person or another account', () => {
    const roles = Object.entries(synthesis.templates.platform.findResources('AWS::IAM::Role'))
    for (const [name, { Properties }] of roles) {
      if (name.startsWith('HandoverSharingLinks')) continue
      const [{ Principal, Effect }, ...others] = Properties.AssumeRolePolicyDocument.Statement
      expect({ Effect, others, principals: Object.keys(Principal) }).toEqual({
        Effect: 'Allow',
        others: [],
        principals: ['Service'],
      })
    }
  })
})

function who(may: (permission: Permission) => boolean): readonly string[] {
  return [...new Set(all.filter(may).map(({ who }) => who))].sort()
}

/** Who may do what on a table. */
function onTable(table: string): Record<string, readonly string[]> {
  const on = all.filter(({ action, resource }) => action.startsWith('dynamodb:') && resource === table)
  const byWho = Map.groupBy(on, ({ who }) => who)
  return Object.fromEntries([...byWho].map(([who, may]) => [who, may.map(({ action }) => action.split(':')[1] ?? '')]))
}
