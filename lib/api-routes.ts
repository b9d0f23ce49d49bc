/** What the REST API answers, and by which function; the stack deploys these routes, and the embedded stack serves them. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly function: 'card-check'
  /** The scope that an access token must carry. */
  readonly scope: string
}

export const apiRoutes: readonly ApiRoute[] = [
  { method: 'POST', path: '/facilities/{facilityCode}/card-checks', function: 'card-check', scope: 'card-checks' },
]
