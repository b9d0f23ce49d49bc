/** Names of the environment variables that the stack sets and the Lambdas of access read. */
export const accessSettings = {
  ledgerTable: 'LEDGER_TABLE',
  /** The ECC_NIST_P256 key that signs access tokens. */
  tokenKey: 'TOKEN_KEY',
  /** Where clients call the API, with its stage and without a slash at the end. */
  apiAddress: 'API_ADDRESS',
  /** JSON: method, path and role of every route that asks for a token. */
  routes: 'ROUTES',
} as const
