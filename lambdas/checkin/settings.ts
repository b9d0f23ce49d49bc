/** Names of the environment variables that the stack sets and the check-in's Lambdas read. */
export const checkinSettings = {
  registryTable: 'REGISTRY_TABLE',
  lookupsTable: 'LOOKUPS_TABLE',
  countersTable: 'COUNTERS_TABLE',
  /** The HMAC_256 key from which the key of number hashes is derived. */
  numberHashKey: 'NUMBER_HASH_KEY',
} as const
