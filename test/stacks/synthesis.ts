import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import cdk from '../../cdk.json' with { type: 'json' }
import type { DataStack } from '../../lib/data-stack.ts'
import { addPlatform } from '../../lib/environment.ts'
import type { PlatformStack } from '../../lib/platform-stack.ts'

export interface Synthesis {
  readonly app: App
  readonly data: DataStack
  readonly platform: PlatformStack
  readonly templates: { readonly data: Template; readonly platform: Template }
}

/** Both stacks as `cdk synth` makes them, by default without the bundles, which take most of the time. */
export function synthesize({ context = {}, outdir }: { context?: object; outdir?: string } = {}): Synthesis {
  const bundles = outdir ? {} : { 'aws:cdk:bundling-stacks': [] }
  const app = new App({
    context: { ...cdk.context, ...bundles, ...context },
    analyticsReporting: false,
    ...(outdir && { outdir }),
  })
  const { data, platform } = addPlatform(app)
  return { app, data, platform, templates: { data: Template.fromStack(data), platform: Template.fromStack(platform) } }
}

export interface DeployedFunction {
  /** Where its construct stands, below the stack: `Handover/Steps/start`. */
  readonly path: string
  readonly logicalId: string
  readonly properties: FunctionProperties
}

interface FunctionProperties {
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> }
  readonly Code: { readonly S3Key: string }
  readonly LoggingConfig: { readonly LogGroup: { readonly Ref: string } }
  readonly Timeout: number
  readonly MemorySize: number
}

export function deployedFunctions({ platform, templates }: Synthesis): readonly DeployedFunction[] {
  const resources = templates.platform.findResources('AWS::Lambda::Function')
  return platform.node
    .findAll()
    .filter(construct => construct instanceof CfnFunction)
    .map(resource => {
      const logicalId = platform.getLogicalId(resource)
      return { path: pathBelow(resource.node.path, 2), logicalId, properties: resources[logicalId]?.Properties }
    })
}

/** Without the stack's name and the last parts, which say only which resource of the construct it is. */
export function pathBelow(path: string, last: number): string {
  return path.split('/').slice(1, -last).join('/')
}

/** A value of a template as one text; what CloudFormation fills in stands in angle brackets. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value
  const [[name, of] = []] = Object.entries(value as Record<string, unknown>)
  if (name === 'Fn::Join') return (of as [string, unknown[]])[1].map(text).join((of as [string])[0])
  if (name === 'Fn::GetAtt') return `<${(of as string[]).join('.')}>`
  if (name === 'Ref' || name === 'Fn::ImportValue') return `<${of}>`
  throw new Error(`no text for ${JSON.stringify(value)}`)
}

/** A template without what changes whenever a line of code does: the hashes of bundles. */
export function normalised(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replaceAll(/[0-9a-f]{64}\.zip/g, 'bundle.zip'))
}

/** The one resource of that type whose logical id is `name` and its hash. */
export function resourceNamed(template: Template, type: string, name: string) {
  const found = Object.entries(template.findResources(type)).find(([id]) => id.slice(0, -8) === name)
  if (!found) throw new Error(`no ${type} named ${name}`)
  return found[1]
}
