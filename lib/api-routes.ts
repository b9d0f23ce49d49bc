/** What the REST API answers, by which function, and whom; the stack deploys these routes, and the embedded stack serves them. */
export interface ApiRoute {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly path: string
  readonly function:
    | 'token'
    | 'card-check'
    | 'gateway'
    | 'gateway-token'
    | 'notices'
    | 'links'
    | 'latest'
    | 'receipts'
    | 'sharing'
  /** The role that an access token must carry; without one the function itself looks who comes. */
  readonly role?: 'facility' | 'recipient'
}

const table = '/delta-sharing/shares/{share}/schemas/{schema}/tables/{table}'

export const apiRoutes: readonly ApiRoute[] = [
  { method: 'POST', path: '/token', function: 'token' },
  { method: 'POST', path: '/facilities/{facilityCode}/card-checks', function: 'card-check', role: 'facility' },
  { method: 'POST', path: '/facilities/{facilityCode}/appointment-checks', function: 'card-check', role: 'facility' },
  { method: 'POST', path: '/api/token/take', function: 'gateway-token' },
  { method: 'POST', path: '/api/egw/{call}', function: 'gateway' },
  { method: 'GET', path: '/recipients/{recipient}/notices', function: 'notices', role: 'recipient' },
  { method: 'POST', path: '/recipients/{recipient}/links', function: 'links', role: 'recipient' },
  { method: 'GET', path: '/recipients/{recipient}/latest', function: 'latest', role: 'recipient' },
  { method: 'POST', path: '/recipients/{recipient}/receipts', function: 'receipts', role: 'recipient' },
  { method: 'GET', path: '/delta-sharing/shares', function: 'sharing' },
  { method: 'GET', path: '/delta-sharing/shares/{share}', function: 'sharing' },
  { method: 'GET', path: '/delta-sharing/shares/{share}/schemas', function: 'sharing' },
  { method: 'GET', path: '/delta-sharing/shares/{share}/schemas/{schema}/tables', function: 'sharing' },
  { method: 'GET', path: '/delta-sharing/shares/{share}/all-tables', function: 'sharing' },
  { method: 'GET', path: `${table}/version`, function: 'sharing' },
  { method: 'HEAD', path: table, function: 'sharing' },
  { method: 'GET', path: `${table}/metadata`, function: 'sharing' },
  { method: 'POST', path: `${table}/query`, function: 'sharing' },
  { method: 'GET', path: `${table}/changes`, function: 'sharing' },
]

/** What the authorizer is given of them. */
export const protectedRoutes = apiRoutes.flatMap(({ method, path, role }) => (role ? [{ method, path, role }] : []))
