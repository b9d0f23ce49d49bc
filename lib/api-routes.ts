/** What the REST API answers, and by which function; the stack deploys these routes, and the embedded stack serves them. */
export interface ApiRoute {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly path: string
  readonly function: 'card-check' | 'sharing'
  /** The scope that an access token must carry; without one the function knows its callers by tokens of its own. */
  readonly scope?: string
}

const table = '/delta-sharing/shares/{share}/schemas/{schema}/tables/{table}'

export const apiRoutes: readonly ApiRoute[] = [
  { method: 'POST', path: '/facilities/{facilityCode}/card-checks', function: 'card-check', scope: 'card-checks' },
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
