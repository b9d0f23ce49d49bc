/** Names of the environment variables that the stack sets and the registry's Lambdas read. */
export const registrySettings = {
  registryTable: 'REGISTRY_TABLE',
  landingBucket: 'LANDING_BUCKET',
  /** The HMAC_256 key from which the key of number hashes is derived. */
  numberHashKey: 'NUMBER_HASH_KEY',
} as const
