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
