import { join } from 'node:path'
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'

/** The engine and what it loads on Lambda: Linux on x86-64 with glibc (docs/decisions/0001-x86-64-for-the-engine.md). */
export const duckdb = ['@duckdb/node-api', '@duckdb/node-bindings', '@duckdb/node-bindings-linux-x64', 'detect-libc']

/** The writer of small Parquet files and what it loads; it assigns to names that it never declares, which no ES module may. */
export const parquetjs = ['parquetjs-lite', 'int53', 'node-int64', 'snappyjs', 'varint']

/** One ES module, AWS SDK included, so that what was tested is what runs; `packages` lie beside it as they were installed. */
export function bundling(packages: readonly string[]): BundlingOptions {
  return {
    format: OutputFormat.ESM,
    minify: true,
    sourceMap: true,
    sourcesContent: false,
    bundleAwsSDK: true,
    // ES modules first: of the SDK only what a function uses is kept.
    mainFields: ['module', 'main'],
    // CommonJS packages call `require`, which an ES module does not have.
    banner: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    externalModules: [...packages],
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (project, bundle) =>
        packages.map(name => copyFolder(join(project, 'node_modules', name), join(bundle, 'node_modules', name))),
    },
  }
}

/** A command for any shell; Node is there wherever this runs. */
function copyFolder(from: string, to: string): string {
  const [source, target] = [from, to].map(path => `'${path.replaceAll('\\', '/')}'`)
  return `node -e "require('fs').cpSync(${source}, ${target}, { recursive: true })"`
}
