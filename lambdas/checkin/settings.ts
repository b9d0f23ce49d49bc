/** Names of the environment variables that the stack sets and the check-in's Lambdas read. */
export const checkinSettings = {
  registryTable: 'REGISTRY_TABLE',
  lookupsTable: 'LOOKUPS_TABLE',
  countersTable: 'COUNTERS_TABLE',
  /** Where the accounts of hospital software stand. */
  ledgerTable: 'LEDGER_TABLE',
  /** The HMAC_256 key from which the key of number hashes is derived. */
  numberHashKey: 'NUMBER_HASH_KEY',
} as const

/** What the gateway's functions log when they answer `maKetQua` 500, by which an alarm counts them: to HTTP it is a success. */
export const gatewayFault = 'gateway cannot answer'

/** Names of what the stack sets for the function that seals lookups. */
export const sealingSettings = {
  lookupsTableArn: 'LOOKUPS_TABLE_ARN',
  ledgerTable: 'LEDGER_TABLE',
  workBucket: 'SEALING_WORK_BUCKET',
  /** Under which exports lie in the work bucket. */
  workKey: 'SEALING_WORK_KEY',
  sealsBucket: 'SEALS_BUCKET',
  signingKey: 'SEALING_KEY',
  everySeconds: 'SEAL_EVERY_SECONDS',
  longestSeconds: 'SEAL_LONGEST_SECONDS',
  /** Seconds behind now at which a table can be exported. */
  exportLag: 'SEAL_LAG_SECONDS',
} as const

/** What the log says once every lookup is sealed whose hour is over; an alarm hears its silence. */
export const everythingSealed = 'everything is sealed'
/** What the log says of a seal that holds tampering; an alarm counts it. */
export const tamperingFound = 'tampering with lookups is sealed'
