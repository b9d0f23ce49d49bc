import type { Stage } from 'aws-cdk-lib/aws-apigateway'
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'

export interface WebAclProps {
  readonly stage: Stage
}

/** Of one access token in five minutes: a large hospital stays far below, and who tries numbers does not come far. */
const requestsPerToken = 3000

/** Of one address in five minutes: software in a cloud asks for thousands of facilities from the same one. */
const requestsPerAddress = 300_000

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
  // A client need not say what software it is.
  ruleActionOverrides: [{ name: 'NoUserAgent_HEADER', actionToUse: { count: {} } }],
}

function rateRule(name: string, priority: number, rateBasedStatement: CfnWebACL.RateBasedStatementProperty) {
  return {
    name,
    priority,
    statement: { rateBasedStatement },
    action: { block: {} },
    visibilityConfig: visibility(name),
  }
}

function visibility(metricName: string) {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false }
}
