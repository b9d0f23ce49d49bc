import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'

export interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  /** What it takes from the world around it, as `Date.now`. */
  readonly ambient: readonly string[]
}

export interface Import {
  /** A path from the project's root for a file of ours, a module's name otherwise. */
  readonly target: string
  /** Gone once types are stripped. */
  readonly typeOnly: boolean
}

const root = join(import.meta.dirname, '..')

/** Every TypeScript file below a folder of the project, with what it imports, read from the text. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map(name => join(folder, name).split(sep).join('/'))
    .sort()
    .map(path => {
      const text = readFileSync(join(root, path), 'utf8')
      return { path, text, imports: importsOf(path, text), ambient: ambientIn(text) }
    })
}

/** Everything that runs once `path` is loaded: files of ours by their paths, and modules. */
export function reachedFrom(
  path: string,
  files: readonly SourceFile[],
  seen: Set<string> = new Set(),
): readonly string[] {
  if (seen.has(path)) return []
  seen.add(path)
  const file = files.find(file => file.path === path)
  for (const { target, typeOnly } of file?.imports ?? []) if (!typeOnly) reachedFrom(target, files, seen)
  return [...seen]
}

/** Clock, chance, environment and network, by the names that are there without an import; and by imports that give nothing else. */
const ambient = [
  /\bDate\.now\b/g,
  /\bnew Date\b(?!\s*\(\s*[^)\s])/g,
  /(?<!new |[.\w])Date\(/g,
  /\bMath\.random\b/g,
  /\b(?:getRandomValues|random(?:UUID|Bytes|Int|FillSync))\b/g,
  /\bperformance\b/g,
  /\bprocess\b(?!['-])/g,
  /(?<![.\w])(?:fetch|WebSocket|set(?:Timeout|Interval|Immediate))\b(?=\()/g,
  /'node:(?:timers|timers\/promises|perf_hooks|process)'/g,
]

export function ambientIn(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
  return ambient.flatMap(pattern => code.match(pattern) ?? [])
}

const statement = /^(?:import|export)\s+(type\s+)?(?:([\w*{][^'"]*?)\s+from\s+)?['"]([^'"]+)['"]/gm
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

export function importsOf(path: string, text: string): readonly Import[] {
  const fixed = [...text.matchAll(statement)].map(([, type, names = '', from = '']) => ({
    target: resolved(path, from),
    typeOnly: type !== undefined || namesOnlyTypes(names),
  }))
  const late = [...text.matchAll(dynamic)].map(([, from = '']) => ({ target: resolved(path, from), typeOnly: false }))
  return [...fixed, ...late]
}

/** `{ type A, type B }` */
function namesOnlyTypes(names: string): boolean {
  const [, inner] = /^\{([^}]*)\}$/.exec(names.trim()) ?? []
  const members =
    inner
      ?.split(',')
      .map(member => member.trim())
      .filter(Boolean) ?? []
  return members.length > 0 && members.every(member => member.startsWith('type '))
}

function resolved(path: string, from: string): string {
  return from.startsWith('.')
    ? normalize(join(dirname(path), from))
        .split(sep)
        .join('/')
    : from
}
