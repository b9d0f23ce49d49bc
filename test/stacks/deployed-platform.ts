import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { startRestApi } from '../../local/rest-api/rest-api.ts'
import type { Route } from '../../local/rest-api/route.ts'
import { pollQueue } from '../../local/stack/event-source.ts'
import { routesOf } from '../../local/stack/functions.ts'
import type { LambdaHandler } from '../../local/stack/lambda.ts'
import { buckets } from '../../local/stack/resources.ts'
import { type Clients, clientsAt, localIdentity, startServices } from '../../local/stack/services.ts'
import { stackSettings } from '../../local/stack/settings.ts'
import { makeStackResources, type StackResources } from '../../local/stack/stack-resources.ts'
import { type DeployedLambda, startLambda } from './deployed-lambda.ts'
import { type DeployedFunction, deployedFunctions, type Synthesis, synthesize } from './synthesis.ts'

export interface DeployedPlatform {
  readonly synthesis: Synthesis
  /** By path: `Handover/Steps/start`. */
  readonly lambdas: ReadonlyMap<string, DeployedLambda>
  /** Where each function's bundle lies, by path. */
  readonly bundles: ReadonlyMap<string, string>
  /** What each function is given, by path. */
  readonly environments: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** In front of them, with the deployed routes. */
  readonly api: string
  readonly clients: Clients
  readonly resources: StackResources
  /** A folder of its own. */
  readonly dir: string
  stop(): Promise<void>
}

/** What `cdk synth` makes, on the embedded services: every bundle in a process of its own, with the environment that its stack gives it. */
export async function startPlatform(): Promise<DeployedPlatform> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-'))
  const synthesis = synthesize({ outdir: join(dir, 'cdk.out') })
  const functions = deployedFunctions(synthesis)
  const landed = Promise.withResolvers<(key: string) => Promise<void>>()
  const services = await startServices(join(dir, 'services'), async ({ bucket, key }) => {
    if (bucket === buckets.landing) await (await landed.promise)(key)
  })
  const clients = clientsAt(services.endpoints)
  const resources = await makeStackResources(clients)
  landed.resolve(announcer(synthesis, clients, resources))

  const given = { ...services.endpoints, ...localIdentity, TMPDIR: dir, POWERTOOLS_LOG_LEVEL: 'SILENT' }
  const routes = Promise.withResolvers<readonly Route[]>()
  const api = await startRestApi({ routes: routes.promise })
  const settings = stackSettings(resources, api.endpoint)
  const bundles = new Map(functions.map(of => [of.path, bundleOf(of, join(dir, 'cdk.out'))]))
  const environments = new Map(functions.map(of => [of.path, { ...given, ...environmentOf(of, settings) }]))
  const lambdas = new Map<string, DeployedLambda>()
  for (const { path } of functions) {
    lambdas.set(path, await startLambda(bundles.get(path) as string, environments.get(path) ?? {}))
  }
  const handlerOf = (path: string) => (lambdas.get(path) as DeployedLambda).handler
  routes.resolve(deployedRoutes(handlerOf))
  const poll = (queue: StackResources['landing'], path: string) => pollQueue(clients.sqs, queue, path, handlerOf(path))
  const polling = [
    poll(resources.landing, 'Registry/Intake'),
    ...Object.values(resources.receipts).map(queue => poll(queue, 'Handover/Receipts/Settle')),
  ]
  return {
    synthesis,
    lambdas,
    bundles,
    environments,
    api: api.endpoint,
    clients,
    resources,
    dir,
    async stop() {
      await Promise.all(polling.map(({ stop }) => stop()))
      await api.close()
      await Promise.all([...lambdas.values()].map(({ stop }) => stop()))
      for (const client of Object.values(clients)) client.destroy()
      await services.close()
      await rm(dir, { recursive: true })
    },
  }
}

function deployedRoutes(handlerOf: (path: string) => LambdaHandler): readonly Route[] {
  const functions = {
    token: handlerOf('Access/Token'),
    'card-check': handlerOf('Checkin/CardCheck'),
    gateway: handlerOf('Checkin/Gateway'),
    'gateway-token': handlerOf('Checkin/GatewayToken'),
    notices: handlerOf('RecipientApi/Notices'),
    links: handlerOf('RecipientApi/Links'),
    latest: handlerOf('RecipientApi/Latest'),
    receipts: handlerOf('RecipientApi/Receipts'),
    sharing: handlerOf('Handover/Sharing/Api'),
  }
  return routesOf(functions, handlerOf('Access/Authorizer'))
}

/** Puts into the landing queue what the deployed rule lets through. */
function announcer({ templates }: Synthesis, { sqs }: Clients, { landing }: StackResources) {
  const [rule] = Object.values(templates.platform.findResources('AWS::Events::Rule'))
  const prefix: string = rule?.Properties.EventPattern.detail.object.key[0].prefix
  return async (key: string) => {
    if (!key.startsWith(prefix)) return
    const event = { detail: { bucket: { name: buckets.landing }, object: { key } } }
    await sqs.send(new SendMessageCommand({ QueueUrl: landing.url, MessageBody: JSON.stringify(event) }))
  }
}

function bundleOf({ properties }: DeployedFunction, outdir: string): string {
  return join(outdir, `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`)
}

/** The variables that the stack sets, with what they are on the embedded services. */
function environmentOf({ properties }: DeployedFunction, settings: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(properties.Environment.Variables).map(([name, value]) => [name, settings[name] ?? String(value)]),
  )
}
