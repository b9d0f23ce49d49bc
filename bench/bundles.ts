import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Format } from 'esbuild'
import { bundling } from '../lib/bundling.ts'
import { clientsAt, localIdentity, startServices } from '../local/stack/services.ts'
import { stackSettings } from '../local/stack/settings.ts'
import { makeStackResources } from '../local/stack/stack-resources.ts'
import { median, messageOf } from './process-figures.ts'
import type { ResultTable } from './results.ts'

/** How long one process took to load one bundle; CPU counts all of its threads. */
interface Start {
  readonly milliseconds: number
  readonly cpuMilliseconds: number
}

const entries = ['checkin/card-check', 'checkin/gateway', 'checkin/gateway-token', 'access/authorizer', 'access/token']

/** How large is what is deployed for the desk, and how long until it is ready to answer? */
export async function deskBundles(times: number): Promise<ResultTable> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  const { endpoints, close } = await startServices(join(dir, 'services'), () => undefined)
  const clients = clientsAt(endpoints)
  try {
    const settings = stackSettings(await makeStackResources(clients), noApi)
    const environment = { ...localIdentity, ...endpoints, ...settings, NODE_OPTIONS: '--enable-source-maps' }
    const rows: (string | number)[][] = []
    for (const entry of entries) {
      const bundle = join(dir, `${basename(entry)}.mjs`)
      await bundled(`lambdas/${entry}.lambda.ts`, bundle)
      const starts: Start[] = []
      for (let time = 0; time < times; time++) {
        const words = [pathToFileURL(bundle).href]
        starts.push(await messageOf<Start>('bench/cold-start.ts', words, environment))
      }
      const [wall, cpu] = (['milliseconds', 'cpuMilliseconds'] as const).map(figure =>
        Math.round(median(starts.map(start => start[figure]))),
      ) as [number, number]
      rows.push([entry, Math.round((await stat(bundle)).size / 1000), wall, cpu])
    }
    return {
      caption: `What is deployed for the desk, and how long it takes to load in a fresh process (median of ${times})`,
      header: ['function', 'KB', 'ms', 'CPU ms'],
      rows,
    }
  } finally {
    for (const client of Object.values(clients)) client.destroy()
    await close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Nobody calls one. */
const noApi = 'http://127.0.0.1:1'

/** As `lib/bundling.ts` has the CDK do it. */
async function bundled(entry: string, outfile: string) {
  const { format, minify, sourceMap, sourcesContent, mainFields, banner } = bundling([])
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: format as Format,
    minify: minify === true,
    sourcemap: sourceMap === true,
    sourcesContent: sourcesContent === true,
    mainFields: [...(mainFields ?? [])],
    banner: { js: banner ?? '' },
  })
}
