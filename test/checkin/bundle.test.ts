import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

describe.each([
  ['checkin/card-check.lambda.ts', 700_000],
  ['checkin/gateway.lambda.ts', 1_000_000],
  ['checkin/gateway-token.lambda.ts', 600_000],
  ['access/authorizer.lambda.ts', 600_000],
  ['access/token.lambda.ts', 600_000],
])('the bundle of %s', (entry, mostBytes) => {
  it('is small, so that it starts quickly: it holds no list of facilities or wards', async () => {
    const { metafile } = await build({
      entryPoints: [`lambdas/${entry}`],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      write: false,
      outdir: 'bundle',
      metafile: true,
    })

    const [bundle] = Object.values(metafile.outputs)
    expect(bundle?.bytes).toBeLessThan(mostBytes)
    expect(Object.keys(metafile.inputs).filter(path => /(facilities|wards)\.json$/.test(path))).toEqual([])
  })
})
