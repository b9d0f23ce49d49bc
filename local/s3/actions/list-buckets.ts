import type { Operation } from '../request.ts'
import { owner } from '../store.ts'
import { writeXml } from '../xml.ts'

export const listBuckets: Operation = {
  method: 'GET',
  on: 'service',
  answer(_request, { buckets }) {
    const sorted = [...buckets.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
    return {
      body: writeXml('ListAllMyBucketsResult', {
        Owner: { ID: owner },
        Buckets: { Bucket: sorted.map(({ name, settings }) => ({ Name: name, CreationDate: settings.created })) },
      }),
    }
  },
}
