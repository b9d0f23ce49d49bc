import { Duration, Stack, Validations } from 'aws-cdk-lib'
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  type CfnRestApi,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  type Method,
  MethodLoggingLevel,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway'
import { type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type ApiRoute, apiRoutes } from './api-routes.ts'
import { checksForRatio, deskServiceLevel } from './desk-service-level.ts'
import type { LambdaFunction } from './lambda-function.ts'
import { requestsPerSecond } from './request-limits.ts'
import { RunbookAlarm } from './runbook-alarm.ts'
import { WebAcl } from './web-acl.ts'

export interface PublicApiProps {
  readonly functions: Readonly<Record<ApiRoute['function'], LambdaFunction>>
  readonly authorizer: LambdaFunction
  /** Under which its access log lies. */
  readonly logKey: IKey
}

/** The one door from outside. Every route asks who comes, and no log holds a query string or a body. */
export class PublicApi extends Construct {
  /** AWS's own, with the stage. */
  readonly address: string

  constructor(scope: Construct, id: string, { functions, authorizer, logKey }: PublicApiProps) {
    super(scope, id)
    const accessLog = new LogGroup(this, 'AccessLog', { encryptionKey: logKey, retention: RetentionDays.ONE_YEAR })
    const api = new RestApi(this, 'Api', {
      restApiName: this.node.path,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      deployOptions: {
        stageName,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        metricsEnabled: true,
        throttlingRateLimit: requestsPerSecond,
        throttlingBurstLimit: requestsPerSecond,
      },
    })
    refuseOldTls(api)
    // Its functions are told the address, and the stage waits for them: so it is not asked for its name.
    const { region, urlSuffix } = Stack.of(this)
    this.address = `https://${api.restApiId}.execute-api.${region}.${urlSuffix}/${stageName}`
    Validations.of(api).acknowledge(
      { id: 'AwsSolutions-APIG2', reason: 'Each function parses its request and names the field at fault' },
      {
        id: 'AwsSolutions-COG4',
        reason: 'Access tokens are our own: a Cognito client for each of 12,000 facilities costs too much',
      },
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        reason: 'API Gateway writes its log by one role an account, and asks for this policy',
      },
    )
    new WebAcl(this, 'WebAcl', { stage: api.deploymentStage })

    const byToken = new TokenAuthorizer(this, 'Authorizer', {
      handler: authorizer.function,
      resultsCacheTtl: Duration.minutes(5),
    })
    const byFunction = Map.groupBy(apiRoutes, route => route.function)
    for (const [name, routes] of byFunction) {
      const integration = new LambdaIntegration(functions[name].function, { allowTestInvoke: false })
      const methods = routes.map(({ method, path, role }) => {
        const options = role ? { authorizer: byToken } : { authorizationType: AuthorizationType.NONE }
        const added = api.root.resourceForPath(path).addMethod(method, integration, options)
        if (!role) {
          const reason =
            'The function itself looks who comes: by a signed assertion, a password, or the token of a share or a session'
          Validations.of(added).acknowledge({ id: 'AwsSolutions-APIG4', reason })
        }
        return added
      })
      this.alarmOn(name, methods, api)
    }
  }

  private alarmOn(name: ApiRoute['function'], methods: readonly Method[], api: RestApi) {
    const { fails, slow, promised } = pages[name]
    new RunbookAlarm(this, `${name}-fails`, {
      metric: overAll(
        'SUM',
        methods.map(method => method.metricServerError(api.deploymentStage, { statistic: 'sum' })),
      ),
      threshold: 5,
      says: 'Requests are answered with a fault of ours.',
      runbook: fails,
    })
    if (slow) this.alarmOnLatency(`${name}-is-slow`, 'p99', slow, methods, api)
    if (!promised) return
    this.alarmOnLatency(`${name}-is-slow-on-average`, 'avg', promised.mean, methods, api)
    const { deploymentStage: stage } = api
    new RunbookAlarm(this, `${name}-fails-too-often`, {
      metric: new MathExpression({
        expression: `IF(requests >= ${checksForRatio}, 100 * errors / requests, 0)`,
        usingMetrics: {
          requests: overAll(
            'SUM',
            methods.map(method => method.metricCount(stage, quarter('sum'))),
            'request',
          ),
          errors: overAll(
            'SUM',
            methods.map(method => method.metricServerError(stage, quarter('sum'))),
            'error',
          ),
        },
        period: Duration.minutes(15),
      }),
      threshold: promised.errorPercent,
      says: `Of a thousand requests ${promised.errorPercent * 10} or more are answered with a fault of ours.`,
      runbook: fails,
    })
  }

  private alarmOnLatency(id: string, statistic: 'p99' | 'avg', limit: Limit, methods: readonly Method[], api: RestApi) {
    new RunbookAlarm(this, id, {
      metric: overAll(
        'MAX',
        methods.map(method => method.metricLatency(api.deploymentStage, { statistic })),
      ),
      threshold: limit.threshold.toMilliseconds(),
      periods: 3,
      says: `${statistic === 'p99' ? 'One request of a hundred takes' : 'Requests take on average'} longer than ${limit.threshold.toHumanString()}.`,
      runbook: limit.runbook,
    })
  }
}

/** The pages of the runbook for a function's alarms; it is watched for slowness where somebody waits. */
const pages: Readonly<Record<ApiRoute['function'], Pages>> = {
  token: { fails: 'token-fails' },
  'card-check': { fails: 'card-check-fails', ...desk('card-check-is-slow') },
  gateway: { fails: 'gateway-fails', ...desk('gateway-is-slow') },
  'gateway-token': { fails: 'gateway-fails' },
  notices: { fails: 'recipients-cannot-fetch' },
  links: { fails: 'recipients-cannot-fetch' },
  latest: { fails: 'recipients-cannot-fetch' },
  receipts: { fails: 'recipients-cannot-fetch' },
  sharing: { fails: 'sharing-fails', slow: { threshold: Duration.seconds(10), runbook: 'sharing-is-slow' } },
}

interface Pages {
  readonly fails: string
  readonly slow?: Limit
  readonly promised?: { readonly mean: Limit; readonly errorPercent: number }
}

interface Limit {
  readonly threshold: Duration
  readonly runbook: string
}

function desk(runbook: string) {
  const { mean, p99, errorPercent } = deskServiceLevel
  return { slow: { threshold: p99, runbook }, promised: { mean: { threshold: mean, runbook }, errorPercent } }
}

function quarter(statistic: string) {
  return { statistic, period: Duration.minutes(15) }
}

/** An alarm takes ten metrics at most (Amazon CloudWatch, quotas). */
function overAll(operation: 'SUM' | 'MAX', metrics: readonly Metric[], prefix = 'm'): IMetric {
  const [only, ...others] = metrics
  if (only && others.length === 0) return only
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`${prefix}${index}`, metric]))
  return new MathExpression({ expression: `${operation}([${Object.keys(usingMetrics)}])`, usingMetrics })
}

const stageName = 'prod'

const accessLogFields = {
  requestId: AccessLogField.contextRequestId(),
  time: AccessLogField.contextRequestTime(),
  method: AccessLogField.contextHttpMethod(),
  route: AccessLogField.contextResourcePath(),
  status: AccessLogField.contextStatus(),
  milliseconds: AccessLogField.contextResponseLatency(),
  bytes: AccessLogField.contextResponseLength(),
  client: AccessLogField.contextAuthorizerPrincipalId(),
  sourceIp: AccessLogField.contextIdentitySourceIp(),
  webAclResponse: AccessLogField.contextWafResponseCode(),
}

/** A regional endpoint takes TLS 1.0 unless it is told otherwise; the construct has no property for it. */
function refuseOldTls(api: RestApi) {
  const resource = api.node.defaultChild as CfnRestApi
  resource.securityPolicy = 'SecurityPolicy_TLS13_1_2_2021_06'
  resource.endpointAccessMode = 'STRICT'
}
