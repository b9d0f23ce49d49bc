/** Names of what the embedded stack makes; on AWS the stacks let CloudFormation name them. */
export const buckets = {
  landing: 'bangiao-landing',
  exports: 'bangiao-exports',
  work: 'bangiao-work',
  handover: 'bangiao-handover',
  sealing: 'bangiao-sealing',
  seals: 'bangiao-seals',
} as const

export const tables = {
  registry: 'bangiao-registry',
  ledger: 'bangiao-ledger',
  lookups: 'bangiao-lookups',
  counters: 'bangiao-counters',
} as const

export const keys = {
  signing: 'alias/bangiao-signing',
  seals: 'alias/bangiao-seals',
  numberHash: 'alias/bangiao-number-hash',
  pack: 'alias/bangiao-pack',
  token: 'alias/bangiao-token',
  acknowledgement: 'alias/bangiao-acknowledgement',
  /** Names that exports repeat; nothing here encrypts. */
  exports: 'alias/bangiao-work',
  audit: 'alias/bangiao-audit',
} as const

/** The ARN of a role; nothing here looks at what it may do. */
export const sharingLinkRole = 'arn:aws:iam::000000000000:role/bangiao-sharing-links'

export const landingQueue = 'bangiao-landing'
export const noticeQueueName = (recipient: string) => `bangiao-notices-${recipient}`
export const receiptQueueName = (recipient: string) => `bangiao-receipts-${recipient}`
export const deadLetterQueueName = (queue: string) => `${queue}-dead-letters`

/** Tries of a message before it goes to the dead letters. */
export const maxReceiveCount = 5
