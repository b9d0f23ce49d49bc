import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { bucket, clientOf, freshFolder, spawnS3 } from './support.ts'

const MiB = 2 ** 20
const size = 256 * MiB

it('puts and gets more than it holds in memory', { timeout: 60_000 }, async () => {
  const { endpoint, server } = await spawnS3(await freshFolder())
  const s3 = clientOf(endpoint)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const big = { Bucket: bucket, Key: 'big' }
  await s3.send(new PutObjectCommand({ ...big, Body: Readable.from(chunks()), ContentLength: size }))
  const { Body } = await s3.send(new GetObjectCommand(big))
  const sent = createHash('md5')
  for (const chunk of chunks()) sent.update(chunk)
  const got = createHash('md5')
  if (Body instanceof Readable) for await (const chunk of Body) got.update(chunk)
  expect(got.digest('hex')).toBe(sent.digest('hex'))
  server.send('peak')
  const [kilobytes] = await once(server, 'message')
  expect(kilobytes * 1024).toBeLessThan(size)
})

function* chunks(): Generator<Buffer> {
  for (let n = 0; n < size / MiB; n += 1) yield Buffer.alloc(MiB, `chunk ${n} `)
}
