/** What the REST API answers, by which function, and whom; the stack deploys these routes, and the embedded stack serves them. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly function: 'token' | 'card-check' | 'notices' | 'links' | 'latest' | 'receipts'
  /** The role that an access token must carry; none where it is that tokens come from. */
  readonly role?: 'facility' | 'recipient'
}

export const apiRoutes: readonly ApiRoute[] = [
  { method: 'POST', path: '/token', function: 'token' },
  { method: 'POST', path: '/facilities/{facilityCode}/card-checks', function: 'card-check', role: 'facility' },
  { method: 'GET', path: '/recipients/{recipient}/notices', function: 'notices', role: 'recipient' },
  { method: 'POST', path: '/recipients/{recipient}/links', function: 'links', role: 'recipient' },
  { method: 'GET', path: '/recipients/{recipient}/latest', function: 'latest', role: 'recipient' },
  { method: 'POST', path: '/recipients/{recipient}/receipts', function: 'receipts', role: 'recipient' },
]

/** What the authorizer is given of them. */
export const protectedRoutes = apiRoutes.flatMap(({ method, path, role }) => (role ? [{ method, path, role }] : []))
