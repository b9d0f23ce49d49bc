import { join } from 'node:path'
import { Duration, type Size } from 'aws-cdk-lib'
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { bundling } from './bundling.ts'

export interface LambdaFunctionProps {
  /** Its deployed entry, below `lambdas/`: `handover/start.lambda.ts`. */
  readonly entry: string
  /** Under which its log lies. */
  readonly logKey: IKey
  /**
   * In MB; 1,769 come with one whole CPU.
   *
   * @default 512
   */
  readonly memorySize?: number
  /** @default one minute */
  readonly timeout?: Duration
  /**
   * Of `/tmp`.
   *
   * @default 512 MiB
   */
  readonly scratch?: Size
  /**
   * What lies beside its bundle, since no bundler can take it in.
   *
   * @default nothing
   */
  readonly packages?: readonly string[]
}

/** A function of this repository with a log and a role of its own, which may do nothing yet but write that log. */
export class LambdaFunction extends Construct implements IGrantable {
  readonly function: NodejsFunction
  readonly log: LogGroup
  readonly grantPrincipal: IPrincipal

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id)
    const { entry, logKey, memorySize = 512, timeout = Duration.minutes(1), scratch, packages = [] } = props
    this.log = new LogGroup(this, 'Log', { encryptionKey: logKey, retention: RetentionDays.ONE_YEAR })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    this.log.grantWrite(role)
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(project, 'lambdas', entry),
      projectRoot: project,
      depsLockFilePath: join(project, 'package-lock.json'),
      bundling: bundling(packages),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.X86_64,
      environment: { NODE_OPTIONS: '--enable-source-maps' },
      role,
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
      memorySize,
      timeout,
      ...(scratch && { ephemeralStorageSize: scratch }),
    })
    this.grantPrincipal = role
  }

  /** A setting that its entry reads. */
  set(name: string, value: string) {
    this.function.addEnvironment(name, value)
  }
}

const project = join(import.meta.dirname, '..')
