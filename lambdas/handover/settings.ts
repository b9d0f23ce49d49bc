/** Names of the environment variables that the stack sets and the handover's Lambdas read. */
export const handoverSettings = {
  registryTableArn: 'REGISTRY_TABLE_ARN',
  ledgerTable: 'LEDGER_TABLE',
  exportsBucket: 'EXPORTS_BUCKET',
  exportsKey: 'EXPORTS_KEY',
  workBucket: 'WORK_BUCKET',
  handoverBucket: 'HANDOVER_BUCKET',
  signingKey: 'SIGNING_KEY',
  /** Every key that signs manifests or has signed some that are still kept, with spaces between. */
  provingKeys: 'PROVING_KEYS',
  /** ARN of the role in whose name links of a share are signed. */
  sharingLinkRole: 'SHARING_LINK_ROLE',
  /** JSON, by recipient: the URL of its queue of notices. */
  noticeQueues: 'NOTICE_QUEUES',
  /** JSON, by ARN of a queue of receipts: the recipient who may write to it. */
  receiptQueues: 'RECEIPT_QUEUES',
  /** The HMAC_256 key from which the key of acknowledgements is derived. */
  acknowledgementKey: 'ACKNOWLEDGEMENT_KEY',
  /** Seconds behind now at which a table can be exported. */
  cutLag: 'CUT_LAG_SECONDS',
  /** Seconds that an incremental export covers at least. */
  leastWindow: 'LEAST_WINDOW_SECONDS',
} as const

/** What the log says of each receipt that is late, and of each that disagrees with what was sent; alarms count them. */
export const lateReceipt = 'receipt is late'
export const disputedReceipt = 'receipt disagrees'
