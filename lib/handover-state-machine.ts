import { Aws, Stack, Validations } from 'aws-cdk-lib'
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { type CfnStateMachine, DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import type { DataStack } from './data-stack.ts'
import { byStep, type HandoverStep, handoverDefinition } from './handover-machine.ts'
import type { LambdaFunction } from './lambda-function.ts'

export interface HandoverStateMachineProps {
  readonly data: DataStack
  readonly functions: Readonly<Record<HandoverStep, LambdaFunction>>
}

/** Runs the definition that the embedded stack runs, on the deployed functions. Its log holds no input or output of a state. */
export class HandoverStateMachine extends StateMachine {
  constructor(scope: Construct, id: string, { data, functions }: HandoverStateMachineProps) {
    const arns = byStep(step => functions[step].function.functionArn)
    const definition = handoverDefinition({ functions: arns, workBucket: data.work.bucketName })
    super(scope, id, {
      definitionBody: DefinitionBody.fromString(Stack.of(scope).toJsonString(definition)),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(scope, `${id}Log`, {
          encryptionKey: data.keys.logs,
          retention: RetentionDays.ONE_YEAR,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    })
    this.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: Object.values(arns) }))
    data.work.letRead(this)
    this.letRunDistributedMaps()
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Traces and the delivery of logs are no resources that a policy could name',
    })
  }

  /** In a policy that names the machine, so the machine cannot wait for it as it does for its role's own. */
  private letRunDistributedMaps() {
    const { region } = Stack.of(this)
    const machine = this.node.defaultChild as CfnStateMachine
    const executions = (account: string, name: string) => `arn:aws:states:${region}:${account}:execution:${name}`
    const arn = executions(Aws.ACCOUNT_ID, machine.attrName)
    const policy = new Policy(this, 'DistributedMaps', { roles: [this.role] })
    policy.addStatements(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.stateMachineArn] }),
      new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [`${arn}:*`] }),
      new PolicyStatement({ actions: ['states:RedriveExecution'], resources: [`${arn}/*`] }),
    )
    const named = executions('<AWS::AccountId>', `<${Stack.of(this).getLogicalId(machine)}.Name>`)
    const reason = 'A map starts executions of this machine under names of its own'
    Validations.of(policy).acknowledge(
      { id: `AwsSolutions-IAM5[Resource::${named}:*]`, reason },
      { id: `AwsSolutions-IAM5[Resource::${named}/*]`, reason },
    )
  }
}
