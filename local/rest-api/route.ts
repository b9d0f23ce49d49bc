import type { LambdaHandler } from '../stack/lambda.ts'

export interface Route {
  /** In capitals, or ANY. */
  readonly method: string
  /** Of fixed segments, {name}s, and as the last one {name+} for all that is left. */
  readonly path: string
  readonly handler: LambdaHandler
  readonly authorizer?: Authorizer
}
export interface Authorizer {
  readonly type: 'TOKEN' | 'REQUEST'
  readonly handler: LambdaHandler
}
export interface MatchedRoute {
  readonly route: Route
  /** Percent-encoded, as they stand in the path. */
  readonly parameters: Readonly<Record<string, string>>
}

/** The method of the most specific resource for the path: fixed segments go before names, names before the rest. */
export function matchRoute(routes: readonly Route[], method: string, path: string): MatchedRoute | undefined {
  const matches = routes.flatMap(route => {
    const parameters = matchSegments(route.path.split('/'), path.split('/'))
    return parameters ? [{ route, parameters, resource: resourceRank(route.path) }] : []
  })
  const [first] = matches.map(({ resource }) => resource).sort()
  const methods = matches.filter(({ resource }) => resource === first)
  return methods.find(({ route }) => route.method === method) ?? methods.find(({ route }) => route.method === 'ANY')
}

function matchSegments(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const segment = segments[index]
    const [, name, rest] = /^\{(.+?)(\+?)\}$/.exec(part) ?? []
    if (name === undefined) {
      if (segment !== part) return undefined
    } else {
      if (!segment) return undefined
      parameters[name] = rest ? segments.slice(index).join('/') : segment
      if (rest) return parameters
    }
  }
  return template.length === segments.length ? parameters : undefined
}

/** A letter a segment, so that the alphabet puts the more specific resource first. */
function resourceRank(path: string): string {
  return path
    .split('/')
    .map(part => (part.endsWith('+}') ? 'c' : part.endsWith('}') ? 'b' : 'a'))
    .join('')
}
