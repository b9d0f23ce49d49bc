import { readFileSync } from 'node:fs'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { accessSettings } from '../../lambdas/access/settings.ts'
import { checkinSettings, sealingSettings } from '../../lambdas/checkin/settings.ts'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { reasonOf } from '../../lambdas/handover/pull/pull-transport.ts'
import { handoverSettings } from '../../lambdas/handover/settings.ts'
import { sharingEndpoints } from '../../lambdas/handover/sharing/sharing-api.ts'
import { registrySettings } from '../../lambdas/registry/settings.ts'
import { apiRoutes } from '../../lib/api-routes.ts'
import { byStep, handoverDefinition } from '../../lib/handover-machine.ts'
import { requestsPerAddress, requestsPerToken } from '../../lib/request-limits.ts'
import { maxReceiveCount } from '../../local/stack/resources.ts'
import { sourceFiles } from '../imports.ts'
import { roleActions } from './role-actions.ts'
import { deployedFunctions, normalised, synthesize, text } from './synthesis.ts'

const synthesis = synthesize()
const template = synthesis.templates.platform
const functions = deployedFunctions(synthesis)

describe('the platform stack', () => {
  it('is what it was', () => {
    expect(normalised(template)).toMatchSnapshot()
  })
})

describe('the state machine', () => {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'))

  it('runs the definition that the embedded stack runs, on the deployed functions', () => {
    const arn = (step: string) => `<${functions.find(({ path }) => path === `Handover/Steps/${step}`)?.logicalId}.Arn>`
    const definition = JSON.parse(text(machine?.Properties.DefinitionString))
    const workBucket = definition.States.Convert.ItemReader.Parameters.Bucket

    expect(workBucket).toMatch(/^<BangiaoData:ExportsOutputRefWork/)
    expect(definition).toEqual(handoverDefinition({ functions: byStep(arn), workBucket }))
  })

  it('logs what it does and nothing that it carries, and is traced', () => {
    expect(machine?.Properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    })
  })
})

describe('the schedule', () => {
  const begins = [
    ['cron(0 1 1 * ? *)', '{"mode":"full","onlyDue":true}'],
    ['cron(0 1 2-31 * ? *)', '{"mode":"delta","onlyDue":true}'],
  ] as const

  it.each(begins)('begins at %s in Vietnam with %s, when it is switched on', (ScheduleExpression, Input) => {
    const schedule = { ScheduleExpression, ScheduleExpressionTimezone: 'Asia/Ho_Chi_Minh' }
    const target = Match.objectLike({ Input })
    template.hasResourceProperties('AWS::Scheduler::Schedule', { ...schedule, Target: target, State: 'DISABLED' })
    for (const scheduledHandovers of [true, 'true']) {
      const { platform } = synthesize({ context: { scheduledHandovers } }).templates
      platform.hasResourceProperties('AWS::Scheduler::Schedule', { ...schedule, State: 'ENABLED' })
    }
  })
})

describe('every function', () => {
  it('is given the settings that its entry reads, and no others', () => {
    for (const { path, properties } of functions) {
      const { NODE_OPTIONS, ...settings } = properties.Environment.Variables
      expect(NODE_OPTIONS).toBe('--enable-source-maps')
      expect(Object.keys(settings).sort(), path).toEqual(settingsRead(entries[path] ?? ''))
    }
  })

  it('runs on Node 24 on x86-64, and logs JSON under a key of ours, kept for a year', () => {
    const logs = template.findResources('AWS::Logs::LogGroup')
    for (const { path, properties } of functions) {
      expect(properties, path).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['x86_64'],
        LoggingConfig: { LogFormat: 'JSON' },
      })
      const { Properties } = logs[properties.LoggingConfig.LogGroup.Ref] ?? {}
      expect(Properties, path).toMatchObject({ RetentionInDays: 365 })
      expect(text(Properties?.KmsKeyId), path).toContain('KeysLogs')
    }
  })

  it('that carries the engine has a whole CPU and the longest time there is', () => {
    const carriers = functions.filter(({ path }) => carriesEngine(entries[path] ?? ''))

    expect(carriers.map(({ path }) => path.split('/').at(-1)).sort()).toEqual([
      'Seal',
      'compact',
      'compare',
      'convert',
      'match',
      'merge',
    ])
    for (const { path, properties } of carriers) {
      expect(properties, path).toMatchObject({ MemorySize: 1769, Timeout: 900 })
    }
  })
})

describe('every log', () => {
  it('lies under a key of ours', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue() })
  })
})

describe('every queue', () => {
  const queues = Object.entries(template.findResources('AWS::SQS::Queue'))

  it('keeps messages for 14 days, encrypted, and speaks TLS alone', () => {
    for (const [name, { Properties }] of queues) {
      expect(Properties, name).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true })
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: name }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      })
    }
  })

  it('has dead letters, after as many tries as the embedded one', () => {
    const own = queues.filter(([name]) => !/DeadLetters[0-9A-F]{8}$/.test(name))
    // CloudFormation's names have no underscore
    const ofRecipients = agreements
      .map(({ recipient }) => recipient.replaceAll('_', ''))
      .flatMap(recipient => [`Handover${recipient}Notices`, `Handover${recipient}Receipts`])
    expect(own.map(([name]) => name.slice(0, -8)).sort()).toEqual([...ofRecipients, 'RegistryPieces'].sort())
    for (const [name, { Properties }] of own) {
      expect(Properties.RedrivePolicy, name).toMatchObject({ maxReceiveCount })
      expect(text(Properties.RedrivePolicy.deadLetterTargetArn), name).toContain(`${name.slice(0, -8)}DeadLetters`)
    }
  })

  it('that feeds a function hides a message six times as long as the function may take, and takes back what failed', () => {
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'))
    expect(mappings).toHaveLength(1 + agreements.length)
    for (const { Properties } of mappings) {
      const [queue] = Properties.EventSourceArn['Fn::GetAtt']
      const timeout = functions.find(({ logicalId }) => logicalId === Properties.FunctionName.Ref)?.properties.Timeout
      expect(template.findResources('AWS::SQS::Queue')[queue]?.Properties.VisibilityTimeout).toBe(6 * (timeout ?? 0))
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
    }
  })

  it('lets nobody from outside in', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::SQS::QueuePolicy'))) {
      for (const { Effect, Principal } of Properties.PolicyDocument.Statement) {
        if (Effect === 'Allow') expect(Principal).toEqual({ Service: 'events.amazonaws.com' })
      }
    }
  })

  it('lets a recipient’s role take notices and send receipts', () => {
    const role = 'arn:aws:iam::444455556666:role/moh-handover-puller'
    const { platform } = synthesize({ context: { recipientRoles: { moh: role } } }).templates
    const may = Object.values(platform.findResources('AWS::SQS::QueuePolicy')).flatMap(({ Properties }) => {
      const { Statement } = Properties.PolicyDocument
      return (Statement as Statement[])
        .filter(({ Principal }) => Principal.AWS === role)
        .map(({ Action, Resource }) => [text(Resource).slice(1, -13), Action])
    })
    expect(Object.fromEntries(may)).toEqual({
      HandovermohNotices: [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
      ],
      HandovermohReceipts: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
    })
    const documented = roleActions()
    expect([documented['the queue of notices'], documented['the queue of receipts']]).toEqual(
      may.map(([, actions]) => actions),
    )
  })
})

describe('the landing bucket', () => {
  it('announces pieces of feeds alone, so that the intake is not called by its own outcomes', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'feeds/' }] } },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    })
  })
})

describe('the API', () => {
  it('has the routes of the embedded one, each with a role behind the authorizer, and the others look themselves who comes', () => {
    const methods = Object.values(template.findResources('AWS::ApiGateway::Method'))
    const deployed = methods.map(({ Properties }) => [Properties.HttpMethod, Properties.AuthorizationType])
    const defined = apiRoutes.map(({ method, role }) => [method, role ? 'CUSTOM' : 'NONE'])
    expect(deployed.sort()).toEqual(defined.sort())
    const gateway = ['POST /api/egw/{call}', 'POST /api/token/take']
    const open = apiRoutes.filter(({ role }) => !role).map(({ method, path }) => `${method} ${path}`)
    expect(open.sort()).toEqual([...gateway, 'POST /token', ...Object.keys(sharingEndpoints)].sort())
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    })
  })

  it('logs neither query strings nor bodies', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'))
    const { AccessLogSetting, MethodSettings } = stage?.Properties ?? {}
    expect(Object.values(JSON.parse(AccessLogSetting.Format)).sort()).toEqual([
      '$context.authorizer.principalId',
      '$context.httpMethod',
      '$context.identity.sourceIp',
      '$context.requestId',
      '$context.requestTime',
      '$context.resourcePath',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.status',
      '$context.wafResponseCode',
    ])
    expect(MethodSettings).toMatchObject([
      { DataTraceEnabled: false, LoggingLevel: 'ERROR', ThrottlingRateLimit: 5000 },
    ])
  })

  it('refuses TLS older than 1.2', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['REGIONAL'] },
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06',
      EndpointAccessMode: 'STRICT',
    })
  })

  it('stands behind AWS’s common rules and limits for a token and for an address, which keep no samples', () => {
    const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL'))
    expect(acl?.Properties.Rules).toMatchObject([
      { Statement: { ManagedRuleGroupStatement: { Name: 'AWSManagedRulesCommonRuleSet' } } },
      { Statement: { RateBasedStatement: { AggregateKeyType: 'CUSTOM_KEYS', Limit: requestsPerToken } } },
      { Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: requestsPerAddress } } },
    ])
    expect(JSON.stringify(acl)).not.toContain('"SampledRequestsEnabled":true')
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1)
  })

  it('answers who goes beyond a limit as one who may come again, not as one who may not come', () => {
    const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL'))
    const limits = acl?.Properties.Rules.filter(({ Statement }: Rule) => Statement.RateBasedStatement)
    expect(limits).toHaveLength(2)
    for (const { Action, Name } of limits) {
      const tooMany = { ResponseCode: 429, ResponseHeaders: [{ Name: 'retry-after', Value: '60' }] }
      expect(Action, Name).toEqual({ Block: { CustomResponse: tooMany } })
    }
    expect(reasonOf(429)).toBe('passing')
  })

  it('has no firewall before it that refuses a session in the query, a hundred appointments, or who names no software', () => {
    const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL'))
    const [{ Statement }] = acl?.Properties.Rules ?? []
    const overrides: readonly { readonly Name: string; readonly ActionToUse: object }[] =
      Statement.ManagedRuleGroupStatement.RuleActionOverrides
    expect(overrides).toEqual(
      ['NoUserAgent_HEADER', 'SizeRestrictions_QUERYSTRING', 'SizeRestrictions_BODY'].map(Name => ({
        Name,
        ActionToUse: { Count: {} },
      })),
    )
  })
})

interface Rule {
  readonly Statement: { readonly RateBasedStatement?: object }
}

interface Statement {
  readonly Principal: { readonly AWS?: string }
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}

/** By path of the function. */
const entries: Readonly<Record<string, string>> = {
  'Registry/Intake': 'registry/intake',
  'Handover/Receipts/Settle': 'handover/receipt',
  'Handover/Reminders/Remind': 'handover/remind',
  'Handover/Sharing/Api': 'handover/sharing',
  'Checkin/CardCheck': 'checkin/card-check',
  'Checkin/Gateway': 'checkin/gateway',
  'Checkin/GatewayToken': 'checkin/gateway-token',
  'Lookups/Seal': 'checkin/seal-lookups',
  'Access/Token': 'access/token',
  'Access/Authorizer': 'access/authorizer',
  'RecipientApi/Notices': 'handover/notices',
  'RecipientApi/Links': 'handover/links',
  'RecipientApi/Latest': 'handover/latest',
  'RecipientApi/Receipts': 'handover/receipts',
  ...Object.fromEntries(Object.values(byStep(step => [`Handover/Steps/${step}`, `handover/${step}`]))),
}

const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  registrySettings,
  handoverSettings,
  checkinSettings,
  sealingSettings,
  accessSettings,
}

/** The names in an entry's `setting(handoverSettings.workBucket)` and the like. */
function settingsRead(entry: string): readonly (string | undefined)[] {
  const source = readFileSync(new URL(`../../lambdas/${entry}.lambda.ts`, import.meta.url), 'utf8')
  const read = [...source.matchAll(/setting\((\w+Settings)\.(\w+)\)/g)]
  return read.map(([, of = '', name = '']) => settings[of]?.[name]).sort()
}

const sources = new Map(sourceFiles('lambdas').map(({ path, imports }) => [path, imports]))

/** Whether DuckDB is among what an entry loads, however far away. */
function carriesEngine(entry: string): boolean {
  const loaded = new Set<string>()
  const load = (target: string) => {
    if (loaded.has(target)) return
    loaded.add(target)
    for (const each of sources.get(target) ?? []) if (!each.typeOnly) load(each.target)
  }
  load(`lambdas/${entry}.lambda.ts`)
  return loaded.has('@duckdb/node-api')
}
