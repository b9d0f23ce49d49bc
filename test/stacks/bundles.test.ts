import { randomBytes, randomUUID } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessTokens } from '../../lambdas/access/access-token-client.ts'
import type { Party } from '../../lambdas/access/caller.ts'
import { clientStore } from '../../lambdas/access/client-store.ts'
import { coverageOn } from '../../lambdas/checkin/coverage.ts'
import { usernameOf } from '../../lambdas/checkin/gateway/gateway-account.ts'
import { gatewayAccountStore } from '../../lambdas/checkin/gateway/gateway-account-store.ts'
import { newSecret, passwordMd5, saltBytes } from '../../lambdas/checkin/gateway/secret.ts'
import { ledgerStore } from '../../lambdas/handover/ledger-store.ts'
import { awsTransport } from '../../lambdas/handover/pull/aws-transport-client.ts'
import { httpsTransport } from '../../lambdas/handover/pull/https-transport-client.ts'
import { pull } from '../../lambdas/handover/pull/pull-client.ts'
import { enrol } from '../../lambdas/handover/pull/trust-files.ts'
import { newToken, tokenRecord } from '../../lambdas/handover/sharing/sharing-token.ts'
import { sharingTokenStore } from '../../lambdas/handover/sharing/sharing-token-store.ts'
import { kmsPublicJwk } from '../../lambdas/handover/signer-client.ts'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { clientIdOf } from '../../local/client-key.ts'
import { type FeedFiles, writeFeedFiles } from '../../local/nation/feed-files.ts'
import { nation } from '../../local/nation/nation.ts'
import { sendFeeds } from '../../local/send-feeds.ts'
import { invokeLambda, type LambdaHandler } from '../../local/stack/lambda.ts'
import { buckets, keys, tables } from '../../local/stack/resources.ts'
import { runMachine } from '../../local/state-machine/state-machine.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { keyPair } from '../access/clients.ts'
import { startLambda } from './deployed-lambda.ts'
import { type DeployedPlatform, startPlatform } from './deployed-platform.ts'
import { permissions } from './permissions.ts'
import { deployedFunctions, text } from './synthesis.ts'

const people = { people: 60, seed: 11, today: dayInVietnam(new Date()) }
const mebibyte = 1024 * 1024

let platform: DeployedPlatform
let feeds: FeedFiles

beforeAll(async () => {
  platform = await startPlatform()
  feeds = await writeFeedFiles(people, join(platform.dir, 'feeds'))
})
afterAll(() => platform.stop())

/** What was deployed does the whole work once, from feeds to an answer at the desk; each test is the next step. */
describe('the deployed bundles', () => {
  it('take feeds in', async () => {
    const sent = await sendFeeds(s3ObjectStore(platform.clients.s3, buckets.landing), feeds.files)

    expect(sent.map(({ kind, created, refused }) => ({ kind, created, refused }))).toEqual([
      { kind: 'households', created: feeds.households, refused: 0 },
      { kind: 'persons', created: feeds.persons, refused: 0 },
      { kind: 'cards', created: feeds.cards, refused: 0 },
      { kind: 'contributions', created: feeds.contributions, refused: 0 },
    ])
  })

  it('hand the registry over, as the deployed definition calls them', async () => {
    expect(await handOver({}, 'first')).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'full' } })
  })

  it('close a handover by its recipient’s receipt', async () => {
    const { clients, resources, dir } = platform
    const trustDir = join(dir, 'trust')
    await enrol(trustDir, { keys: [await kmsPublicJwk(clients.kms, keys.signing)] })
    const transport = awsTransport({
      ...clients,
      recipient: 'moh',
      bucket: buckets.handover,
      noticeQueueUrl: resources.notices.moh?.url as string,
      receiptQueueUrl: resources.receipts.moh?.url as string,
    })
    const pulled = await pull({ ...thisMachine, recipient: 'moh', transport, dir: join(dir, 'pulled'), trustDir })

    expect(pulled.handovers).toMatchObject([{ verified: true, receipt: { rows: { persons: people.people } } }])
    const ledger = ledgerStore(clients.db, tables.ledger)
    await expect.poll(async () => (await ledger.publications('moh'))[0]?.state, { timeout: 10_000 }).toBe('closed')
  })

  it('hand over what changed since', async () => {
    const [households = '', persons = ''] = feeds.files
    const source_time = new Date().toISOString()
    const later = [
      await newerFeed(households, { address_line: 'Thôn 1', source_time }),
      await newerFeed(persons, { insurance_number: '9999999999', source_time }),
    ]
    const sent = await sendFeeds(s3ObjectStore(platform.clients.s3, buckets.landing), later)
    expect(sent).toMatchObject([
      { kind: 'households', changed: 1 },
      { kind: 'persons', changed: 1 },
    ])

    const delta = await handOver({ mode: 'delta' }, 'second')
    expect(delta).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'delta', insteadOfDelta: null } })
  })

  it('remind nobody whose receipt is in time', async () => {
    const reminded = await invokeLambda(handlerOf('Handover/Reminders/Remind'), 'remind', {}, 10_000)
    expect(reminded).toEqual({ late: 0 })
  })

  it('write down why a handover was abandoned', async () => {
    const failure = { Error: 'rows-lost', Cause: 'persons: 59 written, 60 counted' }
    await invokeLambda(handlerOf('Handover/Steps/abandon'), 'abandon', { sequence: 1, failure }, 10_000)

    const run = await ledgerStore(platform.clients.db, tables.ledger).run(1)
    expect(run).toMatchObject({ state: 'failed', fault: 'rows-lost: persons: 59 written, 60 counted' })
  })

  it('refuse a step’s event that is malformed', async () => {
    const refused = invokeLambda(handlerOf('Handover/Steps/plan'), 'plan', { sequence: -1 }, 10_000)
    await expect(refused).rejects.toMatchObject({ name: 'ZodError' })
  })
})

describe('the deployed API', () => {
  it('answers a desk whose card holds, and keeps that it was asked', async () => {
    const { facility, presented } = somebodyCovered()
    const tokens = await enrolled({ role: 'facility', facility })

    const answer = await ask(facility, presented, await tokens.get())

    expect(await answer.json()).toMatchObject({ facility, valid: true })
    const { Items } = await platform.clients.db.send(new ScanCommand({ TableName: tables.lookups }))
    expect(Items).toMatchObject([{ facility: { S: facility } }])
  })

  it('seals that it was asked', async () => {
    const seal = () => invokeLambda(handlerOf('Lookups/Seal'), 'seal', {}, 10_000)
    await expect.poll(seal, { timeout: 10_000 }).toMatchObject({ state: 'sealed', sequence: 1 })
    const manifest = await s3ObjectStore(platform.clients.s3, buckets.seals).get(
      'lookups/000000000001/datapackage.json',
    )
    expect(JSON.parse(Buffer.from(manifest?.bytes ?? '').toString()).seal.counts).toMatchObject({ lookups: 1 })
  })

  it('answers nobody without a token of ours', async () => {
    const { facility, presented } = somebodyCovered()
    expect((await ask(facility, presented, 'a.b.c')).status).toBe(401)
  })

  it('answers the facility’s hospital software in its own dialect', async () => {
    const { facility, presented, fullName } = somebodyCovered()
    const [username, password, wrong] = [usernameOf(facility), passwordMd5('một'), passwordMd5('hai')]
    const secret = await newSecret(password, randomBytes(saltBytes))
    await gatewayAccountStore(platform.clients.db, tables.ledger).put({ username, facility, secret })
    const call = async (path: string, query: Record<string, string>, content: Record<string, string> = {}) => {
      const url = `${platform.api}/api/${path}?${new URLSearchParams(query)}`
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(content) })
      return (await answer.json()) as { APIKey: { access_token: string; id_token: string } }
    }
    const take = (password: string) => call('token/take', {}, { username, password })

    expect([await take(wrong), await take(wrong)]).toMatchObject([{ maKetQua: '401' }, { maKetQua: '401' }])
    const { APIKey } = await take(password)
    const session = { token: APIKey.access_token, id_token: APIKey.id_token, username, password }
    const [year, month, day] = presented.birthDate.split('-')
    const ngaySinh = [day, month, year].filter(part => part).join('/')
    const asked = { maThe: presented.number, hoTen: fullName, ngaySinh }
    const answer = await call('egw/KQNhanLichSuKCB2018', session, asked)
    expect(answer).toMatchObject({ maKetQua: expect.stringMatching(/^00[0-2]$/), maSoBHXH: presented.number })
  })

  it('gives a recipient all that was handed over, and takes his receipt', async () => {
    const recipient = 'population'
    const { clients, dir } = platform
    const trustDir = join(dir, 'trust-over-https')
    await enrol(trustDir, { keys: [await kmsPublicJwk(clients.kms, keys.signing)] })
    const tokens = await enrolled({ role: 'recipient', recipient })
    const transport = httpsTransport({ api: platform.api, recipient, tokens, clock: () => new Date() })

    const pulled = await pull({ ...thisMachine, recipient, transport, dir: join(dir, 'over-https'), trustDir })

    expect(pulled.handovers).toMatchObject([
      { verified: true, sequence: 1 },
      { verified: true, sequence: 2 },
    ])
    const states = (await ledgerStore(clients.db, tables.ledger).publications(recipient)).map(({ state }) => state)
    expect(states).toEqual(['closed', 'closed'])
  })

  it('gives the reader of a share links to what was handed over, in the name of the links’ role', async () => {
    const token = newToken('moh', randomBytes)
    await sharingTokenStore(platform.clients.db, tables.ledger).add(tokenRecord('moh', token, new Date(), 1))
    const query = `${platform.api}/delta-sharing/shares/moh/schemas/handover/tables/persons/query`

    const answer = await fetch(query, { method: 'POST', headers: { authorization: `Bearer ${token}` } })

    const [, , line = ''] = (await answer.text()).split('\n')
    const { file } = JSON.parse(line) as { file: { url: string; size: number } }
    expect((await (await fetch(file.url)).arrayBuffer()).byteLength).toBe(file.size)
  })

  async function enrolled(party: Party) {
    const { signer, jwk } = keyPair()
    const client = clientIdOf(party)
    await clientStore(platform.clients.db, tables.ledger).put({ id: client, party, keys: [jwk] })
    return accessTokens({ api: platform.api, client, signer, clock: () => new Date(), newId: randomUUID })
  }

  function ask(facility: FacilityCode, presented: object, token: string) {
    return fetch(`${platform.api}/facilities/${facility}/card-checks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(presented),
    })
  }
})

describe('every bundle', () => {
  it('called nothing but what its role allows, and its role allows little else', () => {
    const allowed = permissions(platform.synthesis)
    for (const [path, { calls }] of platform.lambdas) {
      const granted = allowed.filter(({ who }) => who === path)
      const may = [...new Set(granted.map(({ action, resource }) => asCall(action, resource)))].sort()
      expect(calls.size > 0, path).toBe(path !== signsAlone)
      expect(
        [...calls].filter(call => !may.includes(call)),
        path,
      ).toEqual([])
      expect(
        may.filter(call => !calls.has(call) && !usedByAws.test(call)),
        path,
      ).toEqual((unseen[path] ?? []).toSorted())
    }
  })

  it('loads with the environment that its stack gives it, and not without a part of it', async () => {
    for (const { path, properties } of deployedFunctions(platform.synthesis)) {
      const [setting = ''] = Object.keys(properties.Environment.Variables).filter(name => name !== 'NODE_OPTIONS')
      const { [setting]: _, ...without } = platform.environments.get(path) ?? {}
      await expect(startLambda(platform.bundles.get(path) as string, without), path).rejects.toThrow(setting)
    }
  })
})

describe('the bundles at the desk', () => {
  it.each(['Checkin/CardCheck', 'Checkin/Gateway'])('%s is small and starts quickly', async path => {
    const bundle = platform.bundles.get(path) as string
    const loads: number[] = []
    for (let time = 0; time < 5; time++) {
      const lambda = await startLambda(bundle, platform.environments.get(path) ?? {})
      loads.push(lambda.loadedIn)
      await lambda.stop()
    }

    expect((await stat(join(bundle, 'index.mjs'))).size).toBeLessThan(mebibyte)
    // Aimed at 150 ms, which bench/ measures; a busy machine has taken 390 in its best of five.
    expect(Math.min(...loads)).toBeLessThan(600)
  })
})

describe('the bundles that carry the engine', () => {
  it('hold its native part for Lambda’s machine and for no other', async () => {
    const carriers: string[] = []
    for (const [path, bundle] of platform.bundles) {
      const packages = await readdir(join(bundle, 'node_modules', '@duckdb')).catch(() => [])
      if (packages.length === 0) continue
      carriers.push(path)
      expect(packages.sort()).toEqual(['node-api', 'node-bindings', 'node-bindings-linux-x64'])
    }
    const steps = ['compact', 'compare', 'convert', 'match', 'merge']
    expect(carriers.sort()).toEqual([...steps.map(step => `Handover/Steps/${step}`), 'Lookups/Seal'])
  })
})

function handlerOf(path: string): LambdaHandler {
  return platform.lambdas.get(path)?.handler as LambdaHandler
}

/** The last record of a feed, changed, as a feed of its own: whom the desk is asked about stands before it. */
async function newerFeed(file: string, change: object): Promise<string> {
  const line = (await readFile(file, 'utf8')).trimEnd().split('\n').at(-1) as string
  const later = file.replace('.ndjson', '-later.ndjson')
  await writeFile(later, `${JSON.stringify({ ...JSON.parse(line), ...change })}\n`)
  return later
}

function handOver(input: object, executionName: string) {
  const { definition, functions } = deployedMachine()
  const readItems = async function* ({ key }: { readonly key: string }) {
    const list = await s3ObjectStore(platform.clients.s3, buckets.work).get(key)
    yield* JSON.parse(Buffer.from(list?.bytes ?? '').toString()) as unknown[]
  }
  return runMachine({ definition, functions, readItems }, input, { executionName })
}

/** The definition as it was deployed, and the functions by what stands in it for their ARNs. */
function deployedMachine() {
  const { synthesis } = platform
  const [machine] = Object.values(synthesis.templates.platform.findResources('AWS::StepFunctions::StateMachine'))
  const functions = deployedFunctions(synthesis).map(({ path, logicalId }) => [`<${logicalId}.Arn>`, handlerOf(path)])
  return {
    definition: JSON.parse(text(machine?.Properties.DefinitionString)) as unknown,
    functions: Object.fromEntries(functions) as Record<string, LambdaHandler>,
  }
}

function somebodyCovered() {
  for (const { members } of nation(people)) {
    for (const { person, cards } of members) {
      const coverage = coverageOn({ cards, diedOn: person.diedOn }, people.today)
      if (coverage.reason !== 'in-force' || !person.insuranceNumber) continue
      const presented = { number: person.insuranceNumber, birthDate: person.birthDate }
      return { facility: coverage.card.facilityCode, presented, fullName: person.fullName }
    }
  }
  throw new Error('nobody in this nation has a card in force')
}

/** What Lambda, DynamoDB and S3 do in a function's name, and what makes S3 say that an object is not there. */
const usedByAws = /^(logs:|sqs:(Receive|Delete|Change|Get)|kms:(Decrypt|GenerateDataKey)$|s3:ListBucket )/

/** When a handover broke off after its commit, whoever announces sees it through. */
const seeingThrough = ['GetObject', 'PutObject', 'PutObjectRetention'].map(of => `s3:${of} ${buckets.handover}`)

/** Its links are followed by whoever asked for them, in its name. */
const signsAlone = 'RecipientApi/Links'

/** Used at other times: DynamoDB writes the export, a place taken twice is looked at. */
const unseen: Readonly<Record<string, readonly string[]>> = {
  'Lookups/Seal': ['AbortMultipartUpload', 'PutObjectAcl'].map(of => `s3:${of} ${buckets.sealing}`),
  'Handover/Steps/export': ['AbortMultipartUpload', 'PutObject', 'PutObjectAcl'].map(
    of => `s3:${of} ${buckets.exports}`,
  ),
  'Handover/Steps/place': [`s3:GetObject ${buckets.handover}`],
  'Handover/Steps/notify': seeingThrough,
  'Handover/Steps/abandon': [...seeingThrough, 'sqs:SendMessage'],
  'Handover/Reminders/Remind': [
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    `s3:GetObject ${buckets.work}`,
    ...seeingThrough,
    'sqs:SendMessage',
  ],
  [signsAlone]: [`s3:GetObject ${buckets.handover}`],
}

/** `s3:GetObject` of `Work/*` as the call `s3:GetObject bangiao-work`. */
function asCall(action: string, resource: string): string {
  if (!action.startsWith('s3:')) return action
  const [bucket = ''] = resource.toLowerCase().split('/')
  return `${action} ${buckets[bucket as keyof typeof buckets]}`
}
