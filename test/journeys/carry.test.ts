import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { expect, it, onTestFinished } from 'vitest'
import { trustDirOf } from '../../bin/state.ts'
import { noticeQueue } from '../../lambdas/handover/publish/notice-queue.ts'
import { enrol, readJwks } from '../../lambdas/handover/pull/trust-files.ts'
import { kmsSigner } from '../../lambdas/handover/signer-client.ts'
import { s3LockingStore } from '../../lambdas/shared/object-store.ts'
import { folderStore } from '../../local/folder-store.ts'
import { buckets, keys } from '../../local/stack/resources.ts'
import { askBangiao } from '../command.ts'
import { handOver, noise } from '../handover/pull/published-handover.ts'
import { folder } from '../local/service.ts'
import { type StackProcess, serveStack } from './handover-stack.ts'

it('carry says what is owed and what is no longer kept, and a good receipt ends a dispute', async () => {
  const home = await folder()
  const stack = await serveStack(join(home, '.bangiao'))
  onTestFinished(() => stack.end('SIGKILL'))
  const carry = () => askBangiao(home, 'carry', '--recipient', 'moh', '--to', 'medium')
  expect(await carry()).toMatchObject({ settled: [], carried: [], notKept: [] })

  for (const province of ['01', '02']) await published(stack, province)
  await expire(stack, 'moh/snapshots/000000000001/')
  expect(await carry()).toMatchObject({ settled: [], carried: [2], notKept: [1] })

  await enrol(trustDirOf(join(home, '.bangiao'), 'moh'), await readJwks(stack.address.jwks))
  const medium = ['--from', 'medium', '--to', 'inbox']
  expect(await askBangiao(home, 'pull', '--recipient', 'moh', ...medium)).toMatchObject({ verified: true, sequence: 2 })

  const receipts = join(home, 'medium/moh/receipts')
  const [name = ''] = await readdir(receipts)
  const good = await readFile(join(receipts, name), 'utf8')
  const wrong = { ...JSON.parse(good), rows: { persons: 7 } }
  for (let times = 0; times < 2; times++) {
    await writeFile(join(receipts, name), JSON.stringify(wrong))
    expect(await carry()).toMatchObject({ settled: [{ sequence: 2, state: 'disputed' }], carried: [2] })
  }
  await writeFile(join(receipts, name), good)
  expect(await carry()).toMatchObject({ settled: [{ sequence: 2, state: 'closed' }], carried: [], notKept: [] })
})

async function published({ clients, address, ledger }: StackProcess, province: string) {
  const publisher = {
    ledger,
    notices: noticeQueue(clients.sqs, address.noticeQueues),
    work: folderStore(await folder()),
    published: s3LockingStore(clients.s3, buckets.handover),
    bucket: buckets.handover,
    signer: await kmsSigner(clients.kms, keys.signing),
    clock: () => new Date(),
  }
  await handOver(publisher, [noise('persons', province, 100)])
}

/** As the bucket does once the time for which a handover is kept is over. */
async function expire({ clients, published }: StackProcess, prefix: string) {
  for (const { key } of await published.list(prefix))
    await clients.s3.send(new DeleteObjectCommand({ Bucket: buckets.handover, Key: key }))
}
