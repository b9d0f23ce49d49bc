import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** An ARN as the policies of another stack name it, which is how cdk-nag names it too. */
export function importedArn(of: Construct, arn: string): string {
  const stack = Stack.of(of)
  const imported = stack.resolve(stack.exportValue(arn)) as { 'Fn::ImportValue': string }
  return imported['Fn::ImportValue']
}
