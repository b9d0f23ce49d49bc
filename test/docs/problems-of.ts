import { type ProblemCode, problems } from '../../lambdas/shared/problem.ts'
import { type ApiRoute, apiRoutes } from '../../lib/api-routes.ts'
import { reachedFrom, sourceFiles } from '../imports.ts'

const lambdas = sourceFiles('lambdas')

/** Every problem that a caller of this role can be answered, with its status, as a page has it: those that the code of its routes makes. */
export function problemsOf(role: ApiRoute['role']): readonly string[] {
  const entries = apiRoutes.filter(route => route.role === role).map(route => entryOf(route.function))
  const reached = new Set(entries.flatMap(entry => reachedFrom(entry, lambdas)))
  const made = lambdas
    .filter(({ path }) => reached.has(path))
    .flatMap(({ text }) => [...text.matchAll(/new Problem\('([a-z-]+)'/g)].map(([, code]) => code as ProblemCode))
  return [...new Set(made)].map(code => `${problems[code][0]} ${code}`).sort()
}

/** What the rows `| status | codes | … |` of a page name. */
export function problemsIn(page: string): readonly string[] {
  return [...page.matchAll(/^\| (\d{3}) \| ((?:`[a-z-]+`(?:, )?)+) \|/gm)]
    .flatMap(([, status, codes = '']) => [...codes.matchAll(/`(.+?)`/g)].map(([, code]) => `${status} ${code}`))
    .sort()
}

function entryOf(name: ApiRoute['function']): string {
  const entry = lambdas.find(({ path }) => path.endsWith(`/${name}.lambda.ts`))
  if (!entry) throw new Error(`no entry of ${name}`)
  return entry.path
}
