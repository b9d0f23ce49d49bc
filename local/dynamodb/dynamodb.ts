import { mkdir } from 'node:fs/promises'
import type { IncomingMessage, Server } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import dynalite from 'dynalite'
import {
  type Answer,
  closeServer,
  jsonAnswer,
  type LocalService,
  listenOnLoopback,
  onRequest,
  operationOf,
} from '../aws-json.ts'
import { exportOperations } from './export-operations.ts'
import { writeGate } from './write-gate.ts'
import { writeMarks } from './write-marks.ts'

export interface DynamodbOptions {
  readonly dir: string
  readonly port?: number
  /** Where exports go. */
  readonly s3: S3Client
  /** How many data files an export has. */
  readonly exportFiles?: number
  /** Milliseconds after its instant before which no export is complete. */
  readonly exportLag?: number
}

/** DynamoDB on dynalite, with exports to S3. */
export async function startDynamodb({
  dir,
  port = 0,
  s3,
  exportFiles = 4,
  exportLag = 0,
}: DynamodbOptions): Promise<LocalService> {
  await mkdir(dir, { recursive: true })
  const server = dynalite({ path: join(dir, 'tables'), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  const askDynalite = dynaliteOf(server)
  const gate = writeGate(writeMarks(join(dir, 'writes')))

  const endpoint = await listenOnLoopback(server, port)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const database = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
  const opening = exportOperations({ dir, database, gate, s3, files: exportFiles, lag: exportLag })
  onRequest(server, async (request, body) => {
    const operation = operationOf(request)
    const exporting = (await opening).operations.get(operation)
    if (exporting) return jsonAnswer('1.0', body, exporting)
    if (!writes.has(operation)) return askDynalite(request, body)
    return gate.write(tablesWritten(body), () => askDynalite(request, body))
  })
  const exports = await opening

  return {
    endpoint,
    async close() {
      await exports.close()
      database.destroy()
      await closeServer(server)
    },
  }
}

/** Takes dynalite's listener off its server, so that this one stands before it on the same port. */
function dynaliteOf(server: Server) {
  const [listener] = server.listeners('request')
  server.removeAllListeners('request')
  return ({ method, url, headers }: IncomingMessage, body: Buffer) =>
    new Promise<Answer>(resolve => {
      const answered: Record<string, string | number> = {}
      listener?.(Object.assign(Readable.from(body), { method, url, headers }), {
        statusCode: 200,
        setHeader(name: string, value: string | number) {
          answered[name] = value
        },
        end(text = '') {
          resolve({ status: this.statusCode, headers: answered, body: text })
        },
      })
    })
}

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'DeleteTable'])

/** None for a body that dynalite will refuse. */
function tablesWritten(body: Buffer): readonly string[] {
  try {
    const { TableName, RequestItems } = JSON.parse(String(body))
    const named: readonly unknown[] = TableName ? [TableName] : Object.keys(RequestItems)
    return named.filter(name => typeof name === 'string' && /^[\w.-]{3,255}$/.test(name)) as string[]
  } catch {
    return []
  }
}
