import type { App } from 'aws-cdk-lib'
import { z } from 'zod'
import { agreements } from '../lambdas/handover/agreements.ts'
import { DataStack } from './data-stack.ts'
import { PlatformStack } from './platform-stack.ts'

const recipients = agreements.map(({ recipient }) => recipient)

/** What one deployment differs in from another: it stands in the context of `cdk.json`, or after `cdk -c`. */
export const environment = z.object({
  /** The account to deploy to; when it is absent, whichever the credentials are for. */
  account: z
    .string()
    .regex(/^[0-9]{12}$/, { error: 'expected 12 digits' })
    .optional(),
  /** Where clients call the API, when not at the name that AWS gives it: a domain of yours, with the path that leads to the stage. */
  apiAddress: z
    .string()
    .refine(isApiAddress, { error: 'expected an address by https, without a slash at its end' })
    .optional(),
  /** By recipient: the ARN of the role with which it comes. */
  recipientRoles: z
    .record(
      z.string(),
      z.string().regex(/^arn:aws:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/, { error: 'expected the ARN of a role' }),
    )
    .refine(roles => Object.keys(roles).every(name => recipients.includes(name)), {
      error: `expected none but ${recipients}, with whom there are agreements`,
    }),
  /** How many keys for manifests there are, and which of them signs, from 1: docs/signing-key.md has the change of a key. */
  signingKeys: z
    .object({ made: z.int().min(1), signs: z.int().min(1) })
    .refine(({ made, signs }) => signs <= made, { error: 'expected signs to be one of those made' }),
  /** Whether handovers begin by themselves, every night: a full one on the first of a month, deltas on all other days. */
  scheduledHandovers: z.union([z.boolean(), z.stringbool()]),
})

/** The two stacks of a deployment. */
export function addPlatform(app: App) {
  const { account, apiAddress, recipientRoles, signingKeys, scheduledHandovers } = readEnvironment(app)
  const env = { region: 'ap-southeast-1', ...(account && { account }) }
  const data = new DataStack(app, 'BangiaoData', { env, recipientRoles, signingKeys })
  const platform = new PlatformStack(app, 'BangiaoPlatform', {
    env,
    data,
    apiAddress,
    recipientRoles,
    scheduledHandovers,
  })
  return { data, platform }
}

function readEnvironment({ node }: App) {
  const given = Object.fromEntries(Object.keys(environment.shape).map(name => [name, node.tryGetContext(name)]))
  const { data, error } = environment.safeParse(given)
  if (error) throw new Error(`context: ${z.prettifyError(error)}`)
  return data
}

function isApiAddress(text: string): boolean {
  const { protocol, host, pathname } = URL.parse(text) ?? {}
  return protocol === 'https:' && `https://${host}${pathname?.replace(/\/$/, '')}` === text
}
