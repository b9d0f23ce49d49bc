import '../../registry/quiet.ts'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { onTestFinished } from 'vitest'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import type { Link } from '../../../lambdas/handover/handover.ts'
import { type Ledger, ledgerStore } from '../../../lambdas/handover/ledger-store.ts'
import { ledgerTable } from '../../../lambdas/handover/ledger-table.ts'
import {
  type AnyManifest,
  buildChangeManifest,
  buildManifest,
  manifestBytes,
  manifestName,
  packagePrefix,
} from '../../../lambdas/handover/manifest.ts'
import type { PublicationFacts } from '../../../lambdas/handover/publication.ts'
import { commitPackage } from '../../../lambdas/handover/publish/package-steps.ts'
import { type SchemaFile, sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { sharedReadStore } from '../../../lambdas/handover/sharing/shared-read-store.ts'
import { type SharingNeeds, sharingApi } from '../../../lambdas/handover/sharing/sharing-api.ts'
import { newToken, tokenRecord } from '../../../lambdas/handover/sharing/sharing-token.ts'
import { sharingTokenStore } from '../../../lambdas/handover/sharing/sharing-token-store.ts'
import { signDetached } from '../../../lambdas/handover/signature.ts'
import { apiRoutes } from '../../../lib/api-routes.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { startRestApi } from '../../../local/rest-api/rest-api.ts'
import type { LambdaHandler } from '../../../local/stack/lambda.ts'
import { makeTable } from '../../../local/stack/make-resources.ts'
import { folder } from '../../local/service.ts'
import { localClient, startedDynamodb } from '../../registry/registry-service.ts'
import { jwks, signer } from '../convert/conversion.ts'
import { publicationFacts } from '../publication.ts'

export const now = new Date('2026-11-25T12:00:00Z')
export const expiresAt = new Date('2026-11-25T12:59:00Z')
export const table = '/delta-sharing/shares/moh/schemas/handover/tables/persons'
/** Of 2026, when each version was cut. */
export const cuts: Readonly<Record<number, string>> = { 1: '11-22', 2: '11-23', 4: '11-24', 5: '11-25' }

export interface ShareScene {
  readonly needs: SharingNeeds
  readonly db: DynamoDBClient
  readonly ledger: Ledger
  /** A token of the Ministry's that holds. */
  readonly token: string
  ask(path: string, request?: Asked): Promise<Response>
}

interface Asked {
  readonly method?: string
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | object
}

/** The API over HTTP, on a ledger in the embedded DynamoDB; nothing is published yet. */
export async function shareScene(settings: Partial<SharingNeeds> = {}): Promise<ShareScene> {
  const db = new DynamoDBClient({ ...localClient, endpoint: await startedDynamodb() })
  onTestFinished(() => db.destroy())
  await makeTable(db, 'ledger', ledgerTable)
  const ledger = ledgerStore(db, 'ledger')
  const needs: SharingNeeds = {
    agreements: [agreementWith('moh'), agreementWith('labour')],
    tokens: sharingTokenStore(db, 'ledger'),
    ledger,
    published: folderStore(await folder()),
    jwks: async () => jwks,
    linkSession: async recipient => ({ expiresAt, linkTo: async key => `https://links.test/${recipient}?key=${key}` }),
    reads: sharedReadStore(db, 'ledger'),
    clock: () => now,
    ...settings,
  }
  const handler = sharingApi(needs) as unknown as LambdaHandler
  const routes = apiRoutes.filter(route => route.function === 'sharing').map(route => ({ ...route, handler }))
  const api = await startRestApi({ routes })
  onTestFinished(() => api.close())
  const token = await tokenOf(needs, 'moh')
  return {
    needs,
    db,
    ledger,
    token,
    ask(path, asked = {}) {
      const { method = 'GET', headers = {}, body } = asked
      const bearer = 'token' in asked ? asked.token : token
      return fetch(api.endpoint + path, {
        method,
        headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
    },
  }
}

/** A token that was issued an hour ago and holds for a day. */
export async function tokenOf({ tokens }: Pick<SharingNeeds, 'tokens'>, recipient: string, issuedAt = anHourAgo) {
  const token = newToken(recipient, bytes => Buffer.alloc(bytes, `${recipient} ${issuedAt.getTime()}`))
  await tokens.add(tokenRecord(recipient, token, issuedAt, 1))
  return token
}

const anHourAgo = new Date(now.getTime() - 3_600_000)

/** Versions 1, 2 and 4 of the Ministry's tables: one from a full export, and two with change sets. */
export async function handOver(scene: ShareScene, ...sequences: readonly number[]) {
  let previous: Link | null = null
  for (const sequence of sequences.length ? sequences : [1, 2, 4]) previous = await publish(scene, sequence, previous)
}

interface Publishing {
  readonly provinces?: readonly string[]
  /** The chain begins anew, though something precedes. */
  readonly anew?: boolean
}

export async function publish(
  { needs, ledger }: ShareScene,
  sequence: number,
  previous: Link | null,
  { provinces = ['01', '79'], anew = false }: Publishing = {},
): Promise<Link> {
  const agreement = agreementWith('moh')
  const file = { rows: 10 * sequence, bytes: 1000 + sequence }
  const files = provinces.flatMap(province =>
    (['persons', 'cards'] as const).map(dataset => ({
      ...file,
      ...named(dataset, province, `full ${sequence}`),
      dataset,
      province,
    })),
  )
  const facts = {
    agreement,
    sequence,
    previous,
    created: now,
    asOf: new Date(`2026-${cuts[sequence]}T07:00:00Z`),
    asOfDay: `2026-${cuts[sequence]}`,
    exceptions: { name: 'exceptions/part-00000-00000000.parquet', bytes: 4, sha256: sha256Hex('PAR1'), rows: 0 },
    source: { exportArns: [`arn:aws:dynamodb:::table/registry/export/${sequence}`], items: {} },
  }
  const changed = {
    dataset: 'persons',
    province: '01',
    rows: 3,
    bytes: 300,
    inserts: 1,
    updates: 1,
    deletes: 1,
  } as const
  const changes =
    previous && !anew
      ? buildChangeManifest({
          ...facts,
          previous,
          files: [{ ...changed, ...named('persons', '01', `changes ${sequence}`) }],
          resultingRows: {},
        })
      : null
  const changeFacts = changes && (await commit('changes', changes))
  const link = changeFacts && { sequence, sha256: changeFacts.manifestSha256 }
  const rebaseline = previous ? (anew ? 'agreement-changed' : null) : 'first'
  const snapshot = buildManifest({ ...facts, mode: 'full', changes: link, rebaseline, files, moving: 0, headAbsent: 0 })
  const snapshotFacts = await commit('snapshots', snapshot)
  const published = publicationFacts({
    ...snapshotFacts,
    recipient: 'moh',
    sequence,
    kid: signer.kid,
    previous,
    mode: 'full',
    changes: changeFacts,
    asOf: facts.asOf.toISOString(),
    publishedAt: now.toISOString(),
    totals: snapshot.manifest.handover.totals as PublicationFacts['totals'],
  })
  await ledger.addPublication(published)
  const head = { sequence, sha256: snapshotFacts.manifestSha256 }
  await ledger.moveHead('moh', previous ?? undefined, head)
  return head

  async function commit(form: 'snapshots' | 'changes', { manifest, schemas }: Built) {
    const prefix = `${packagePrefix(form, 'moh', sequence)}/`
    const bytes = manifestBytes(manifest)
    await commitPackage(needs.published, prefix, {
      manifest: bytes.toString(),
      signature: await signDetached(bytes, signer),
      schemas,
    })
    return { manifestKey: prefix + manifestName, manifestBytes: bytes.length, manifestSha256: sha256Hex(bytes) }
  }
}

interface Built {
  readonly manifest: AnyManifest
  readonly schemas: readonly SchemaFile[]
}

function named(dataset: string, province: string, content: string) {
  const sha256 = sha256Hex(`${dataset} ${province} ${content}`)
  return { sha256, name: `${dataset}/province=${province}/part-00000-${sha256.slice(0, 8)}.parquet` }
}

/** The one JSON document of an answer. */
export async function documentOf(response: Response): Promise<Listed & Refused> {
  return (await response.json()) as Listed & Refused
}

interface Listed {
  readonly items: readonly { readonly id?: string; readonly name: string }[]
  readonly nextPageToken?: string
}

interface Refused {
  readonly errorCode: string
  readonly message: string
}

/** Each line of an answer. */
export async function linesOf(response: Response): Promise<readonly Line[]> {
  const text = await response.text()
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Line)
}

export type Line = Readonly<Record<string, Readonly<Record<string, unknown>>>>
