import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import { listedFiles, type Manifest, manifestName, signatureName } from '../lambdas/handover/manifest.ts'
import { awsTransport } from '../lambdas/handover/pull/aws-transport-client.ts'
import { downloadFiles, parallelDownloads } from '../lambdas/handover/pull/download-files.ts'
import type { PackageReader } from '../lambdas/handover/pull/pull-transport.ts'
import { verifyHandover } from '../lambdas/handover/pull/verify-files.ts'
import type { Jwks } from '../lambdas/handover/signature.ts'
import { atOnce } from '../lambdas/shared/at-once.ts'
import { sha256Of } from '../lambdas/shared/digest-files.ts'
import { giveBackPiece } from '../lambdas/shared/give-back.ts'
import { usageSince } from '../local/process-usage.ts'
import { localIdentity, s3At } from '../local/stack/services.ts'
import { thisMachine } from '../local/this-machine.ts'

/** Takes one handover from S3 as `pull` does, or only brings it over the line, or hashes the files that it was taken from. */
const [what = '', endpoint = '', bucket = '', from = '', to = ''] = process.argv.slice(2)
const manifest = JSON.parse(await readFile(join(from, manifestName), 'utf8')) as Manifest
const listed = listedFiles(manifest)
const bytes = listed.reduce((sum, file) => sum + file.bytes, 0)

const started = performance.now()
if (what === 'hash') for (const { path } of listed) await sha256Of(join(from, path))
else if (what === 'line') await fromS3(bring)
else await fromS3(take)
console.log(JSON.stringify({ rows: {}, bytes, ...usageSince(started) }))

async function fromS3(work: (reader: PackageReader) => Promise<void>) {
  const { recipient, sequence } = manifest.handover
  const s3 = s3At(endpoint)
  const sqs = new SQSClient({ region: localIdentity.AWS_REGION })
  const transport = awsTransport({ s3, sqs, recipient, bucket, noticeQueueUrl: '', receiptQueueUrl: '' })
  await work(
    transport.open(
      { form: 'snapshots', sequence },
      listed.map(({ path }) => path),
    ),
  )
  s3.destroy()
}

/** Nothing is written, hashed or kept. */
async function bring(reader: PackageReader) {
  await atOnce(parallelDownloads, listed, async ({ path }) => {
    const { bytes } = await reader.read(path)
    for await (const piece of bytes) giveBackPiece(piece)
  })
}

async function take(reader: PackageReader) {
  const paths = [manifestName, signatureName, ...listed.map(({ path }) => path)]
  const sizes = new Map(listed.map(({ path, bytes }) => [path, bytes]))
  const files = await Promise.all(
    paths.map(async path => ({ path, bytes: sizes.get(path) ?? (await readFile(join(from, path))).length })),
  )
  await mkdir(to)
  await downloadFiles(reader, files, to, { ...thisMachine, onBytes: () => {} })
  const jwks = JSON.parse(await readFile(join(from, '../key.jwks.json'), 'utf8')) as Jwks
  const { faults } = await verifyHandover(to, { jwks })
  if (faults.length) throw new Error(JSON.stringify(faults))
  await rm(to, { recursive: true })
}
