import { accessSettings } from '../../lambdas/access/settings.ts'
import { checkinSettings, sealingSettings } from '../../lambdas/checkin/settings.ts'
import { handoverSettings } from '../../lambdas/handover/settings.ts'
import { registrySettings } from '../../lambdas/registry/settings.ts'
import { protectedRoutes } from '../../lib/api-routes.ts'
import { buckets, keys, sharingLinkRole, tables } from './resources.ts'
import { type StackResources, urlsOf } from './stack-resources.ts'

/** The environment that the stacks give to their functions, for all of them at once; `api` is the address of theirs. */
export function stackSettings(resources: StackResources, api: string): Record<string, string> {
  const { registryTableArn, lookupsTableArn, notices, receipts } = resources
  const recipientOf = Object.fromEntries(Object.entries(receipts).map(([recipient, { arn }]) => [arn, recipient]))
  return {
    [registrySettings.registryTable]: tables.registry,
    [registrySettings.landingBucket]: buckets.landing,
    [registrySettings.numberHashKey]: keys.numberHash,
    [handoverSettings.registryTableArn]: registryTableArn,
    [handoverSettings.ledgerTable]: tables.ledger,
    [handoverSettings.exportsBucket]: buckets.exports,
    [handoverSettings.exportsKey]: keys.exports,
    [handoverSettings.workBucket]: buckets.work,
    [handoverSettings.handoverBucket]: buckets.handover,
    [handoverSettings.signingKey]: keys.signing,
    [handoverSettings.provingKeys]: keys.signing,
    [handoverSettings.sharingLinkRole]: sharingLinkRole,
    [handoverSettings.noticeQueues]: JSON.stringify(urlsOf(notices)),
    [handoverSettings.receiptQueues]: JSON.stringify(recipientOf),
    [handoverSettings.acknowledgementKey]: keys.acknowledgement,
    [handoverSettings.cutLag]: '0',
    [handoverSettings.leastWindow]: '0',
    [checkinSettings.lookupsTable]: tables.lookups,
    [checkinSettings.countersTable]: tables.counters,
    [sealingSettings.lookupsTableArn]: lookupsTableArn,
    [sealingSettings.workBucket]: buckets.sealing,
    [sealingSettings.workKey]: keys.audit,
    [sealingSettings.sealsBucket]: buckets.seals,
    [sealingSettings.signingKey]: keys.seals,
    [sealingSettings.everySeconds]: '1',
    [sealingSettings.longestSeconds]: String(decade),
    [sealingSettings.exportLag]: '0',
    [accessSettings.tokenKey]: keys.token,
    [accessSettings.apiAddress]: api,
    [accessSettings.routes]: JSON.stringify(protectedRoutes),
  }
}

/** Seconds: whatever time a stack was away, the table's next export covers it. */
const decade = 10 * 365 * 86_400
