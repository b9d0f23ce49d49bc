import { deleteVersion } from '../deletion.ts'
import type { Operation } from '../request.ts'
import { bypassesGovernance } from '../retention.ts'
import { findBucket } from '../store.ts'
import { versionHeader } from '../version.ts'

export const deleteObject: Operation = {
  method: 'DELETE',
  on: 'object',
  takes: ['versionId', 'x-amz-bypass-governance-retention'],
  answer({ bucket: name, key, query, headers }, store) {
    const bucket = findBucket(store, name)
    const versionId = query.get('versionId') ?? undefined
    const deleted = deleteVersion(bucket, { key, versionId, bypass: bypassesGovernance(headers) }, store.clock())
    if (!deleted) return { status: 204 }
    const marker = deleted.kind === 'marker' ? 'true' : undefined
    return { status: 204, headers: { ...versionHeader(bucket, deleted), 'x-amz-delete-marker': marker } }
  },
}
