import { CfnPolicy } from 'aws-cdk-lib/aws-iam'
import { pathBelow, type Synthesis, text } from './synthesis.ts'

export interface Permission {
  /** The construct whose role it is: `Handover/Steps/start`. */
  readonly who: string
  readonly action: string
  /** `Work/*` for all objects of the work bucket; logical ids without their hashes. */
  readonly resource: string
}

/** Whatever the platform's roles may do, one action on one resource at a time. */
export function permissions({ platform, templates }: Synthesis): readonly Permission[] {
  const policies = templates.platform.findResources('AWS::IAM::Policy')
  return platform.node
    .findAll()
    .filter(construct => construct instanceof CfnPolicy)
    .flatMap(policy => {
      const who = pathBelow(policy.node.path, policy.node.path.includes('/Role/') ? 3 : 2)
      const statements: readonly Statement[] =
        policies[platform.getLogicalId(policy)]?.Properties.PolicyDocument.Statement
      return statements.flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap(action => [Resource].flat().map(of => ({ who, action, resource: named(of) }))),
      )
    })
}

interface Statement {
  readonly Action: string | string[]
  readonly Resource: unknown
}

function named(resource: unknown): string {
  return text(resource)
    .replace(/<BangiaoData:ExportsOutputFnGetAtt(\w+?)[0-9A-F]{8}Arn[0-9A-F]{8}>/g, '$1')
    .replace(/<(\w+?)[0-9A-F]{8}(\.\w+)?>/g, '$1')
}
