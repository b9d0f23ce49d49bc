import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { trustDirOf } from '../../bin/state.ts'
import { tokensOf } from '../../bin/tokens.ts'
import { noticeQueue } from '../../lambdas/handover/publish/notice-queue.ts'
import { enrol, readJwks } from '../../lambdas/handover/pull/trust-files.ts'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import { kmsSigner } from '../../lambdas/handover/signer-client.ts'
import { sha256Of } from '../../lambdas/shared/digest-files.ts'
import { s3LockingStore } from '../../lambdas/shared/object-store.ts'
import { enrolClient, makeClientKey } from '../../local/client-key.ts'
import { folderStore } from '../../local/folder-store.ts'
import { buckets, keys } from '../../local/stack/resources.ts'
import { addressFile } from '../../local/stack/stack.ts'
import { handOver, noise } from '../handover/pull/published-handover.ts'
import { type Line, startLine } from '../handover/recipients/line.ts'
import { folder } from '../local/service.ts'
import { type StackProcess, serveStack } from './handover-stack.ts'

export interface Kill {
  /** Bytes of data files that the killed process was sent and did not keep. */
  readonly lost: number
}

const moh = { role: 'recipient', recipient: 'moh' } as const
const files = 8
const fileBytes = 6_000_000
const bangiao = join(import.meta.dirname, '../../bin/bangiao.ts')

/**
 * Hands 48 MB over, and kills the process that pulls them so many times: when a random number of bytes has come, or after a random time.
 * Each one goes on in the folder that the one before left; whenever one comes to its end, its folder is compared byte for byte, and
 * the next begins a new one.
 */
export async function killPulls(kills: number, random: () => number): Promise<readonly Kill[]> {
  const stack = await serveStack(join(await folder(), 'state'))
  onTestFinished(() => stack.end('SIGKILL'))
  const handover = await published(stack)
  const { api, line } = await startLines(stack)
  const done: Kill[] = []
  while (done.length < kills) {
    const home = await aRecipient(stack, api)
    for (let ended = false; !ended; ) {
      const there = await bytesIn(home)
      const isLast = done.length === kills
      const left = (files * fileBytes - there) / Math.max(1, kills - done.length)
      const after = { bytes: random() * 2 * left, milliseconds: random() < 0.7 ? 60_000 : random() * 2000 }
      const served = await runPull(home, line, isLast ? undefined : after)
      ended = served.ended
      if (ended) expect(await hashesIn(join(home, 'inbox/000000000001'))).toEqual(handover)
      else done.push({ lost: served.bytes - ((await bytesIn(home)) - there) })
    }
  }
  return done
}

/** Hashes of all that a recipient should have, by path. */
async function published(stack: StackProcess): Promise<Record<string, string>> {
  const { clients, address, ledger } = stack
  const store = s3LockingStore(clients.s3, buckets.handover)
  await handOver(
    {
      ledger,
      notices: noticeQueue(clients.sqs, address.noticeQueues),
      work: folderStore(await folder()),
      published: store,
      bucket: buckets.handover,
      signer: await kmsSigner(clients.kms, keys.signing),
      clock: () => new Date(),
    },
    Array.from({ length: files }, (_, n) => noise('persons', String(n).padStart(2, '0'), fileBytes)),
  )
  const prefix = 'moh/snapshots/000000000001/'
  const hashes: Record<string, string> = {}
  for (const { key } of await store.list(prefix)) {
    hashes[key.slice(prefix.length)] = sha256Hex((await store.get(key))?.bytes ?? '')
  }
  return hashes
}

/** The recipient's lines to S3 and to the API, whose links lead over the first. */
async function startLines({ address }: StackProcess) {
  const s3 = address.endpoints.AWS_ENDPOINT_URL_S3
  const line = await startLine(s3, new URL(s3).host)
  const tokens = tokensOf(address.api, await enrolClient(address.api, await folder(), moh))
  const server = createServer(async (request, response) => {
    const { method = 'GET', url, headers } = request
    // What a recipient signs for the line's address is worth nothing to the API
    if (url === '/token') {
      response.end(JSON.stringify({ access_token: await tokens.get(), expires_in: 120 }))
      return
    }
    const body = await buffer(request)
    const { host: _, connection: __, 'content-length': ___, ...others } = headers as Record<string, string>
    const answer = await fetch(address.api + url, { method, headers: others, ...(body.length > 0 && { body }) })
    const said = (await answer.text()).replaceAll(s3, line.endpoint)
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(said)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { line, api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A new recipient, who knows the stack by its lines alone. */
async function aRecipient({ address }: StackProcess, api: string): Promise<string> {
  const home = await folder()
  await writeFile(join(home, addressFile), JSON.stringify({ ...address, api }))
  await enrol(trustDirOf(home, 'moh'), await readJwks(address.jwks))
  await makeClientKey(home, moh)
  return home
}

/** Runs the command, and kills it once so many bytes have come or so much time has gone. */
async function runPull(
  home: string,
  line: Line,
  after: { readonly bytes: number; readonly milliseconds: number } | undefined,
) {
  const words = ['pull', '--recipient', 'moh', '--to', join(home, 'inbox'), '--state', home, '--json']
  const child = spawn(process.execPath, [bangiao, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
  let bytes = 0
  line.onBytes = more => {
    bytes += more
    if (after && bytes >= after.bytes) child.kill('SIGKILL')
  }
  const watch = new AbortController()
  if (after)
    sleep(after.milliseconds, undefined, watch).then(
      () => child.kill('SIGKILL'),
      () => {},
    )
  const [code, signal] = await once(child, 'close')
  watch.abort()
  if (signal !== 'SIGKILL') expect(code, `${await stdout}\n${await stderr}`).toBe(0)
  return { bytes, ended: signal !== 'SIGKILL' }
}

/** Of data files, whole or not. */
async function bytesIn(home: string): Promise<number> {
  const entries = await readdir(join(home, 'inbox'), { recursive: true, withFileTypes: true }).catch(() => [])
  const data = entries.filter(entry => /\.parquet(\.part)?$/.test(entry.name) && entry.isFile())
  const sizes = await Promise.all(data.map(async entry => (await stat(join(entry.parentPath, entry.name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function hashesIn(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const hashes: Record<string, string> = {}
  for (const entry of entries.filter(entry => entry.isFile())) {
    const path = join(entry.parentPath, entry.name)
    hashes[path.slice(dir.length + 1)] = await sha256Of(path)
  }
  return hashes
}
