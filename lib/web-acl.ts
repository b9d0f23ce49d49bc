import type { Stage } from 'aws-cdk-lib/aws-apigateway'
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'
import { requestsPerAddress, requestsPerToken, secondsToWait } from './request-limits.ts'

export interface WebAclProps {
  readonly stage: Stage
}

/** AWS's common rules and two limits. No sample of a request is kept: it would hold an access token. */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, { stage }: WebAclProps) {
    super(scope, id)
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('WebAcl'),
      rules: [
        {
          name: 'CommonRules',
          priority: 0,
          statement: { managedRuleGroupStatement: commonRules },
          overrideAction: { none: {} },
          visibilityConfig: visibility('CommonRules'),
        },
        rateRule('RequestsPerToken', 1, {
          limit: requestsPerToken,
          aggregateKeyType: 'CUSTOM_KEYS',
          customKeys: [{ header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'NONE' }] } }],
        }),
        rateRule('RequestsPerAddress', 2, { limit: requestsPerAddress, aggregateKeyType: 'IP' }),
      ],
    })
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stage.stageArn, webAclArn: acl.attrArn })
  }
}

const commonRules: CfnWebACL.ManagedRuleGroupStatementProperty = {
  vendorName: 'AWS',
  name: 'AWSManagedRulesCommonRuleSet',
  ruleActionOverrides: [
    // A client need not say what software it is.
    'NoUserAgent_HEADER',
    // They block a query of more than 2,048 bytes and a body of more than 8,192: the session of a large hospital's software is longer
    // than the one, a hundred appointments than the other. API Gateway bounds both (10,240 bytes of request line and headers, 10 MB of
    // body; its quotas), Lambda a body at 6 MB, and each function what it reads.
    'SizeRestrictions_QUERYSTRING',
    'SizeRestrictions_BODY',
  ].map(name => ({ name, actionToUse: { count: {} } })),
}

function rateRule(name: string, priority: number, rateBasedStatement: CfnWebACL.RateBasedStatementProperty) {
  return {
    name,
    priority,
    statement: { rateBasedStatement },
    action: { block: { customResponse: tooMany } },
    visibilityConfig: visibility(name),
  }
}

/**
 * Clients that try again after 429 give up at WAF's own 403. The limit counts the last five minutes anew every few seconds, so a minute's
 * silence lets a client go on that did not go far beyond.
 */
const tooMany: CfnWebACL.CustomResponseProperty = {
  responseCode: 429,
  responseHeaders: [{ name: 'retry-after', value: String(secondsToWait) }],
}

function visibility(metricName: string) {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false }
}
