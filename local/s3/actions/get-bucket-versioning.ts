import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { writeXml } from '../xml.ts'

export const getBucketVersioning: Operation = {
  method: 'GET',
  on: 'bucket',
  when: ['versioning'],
  answer({ bucket }, store) {
    return { body: writeXml('VersioningConfiguration', { Status: findBucket(store, bucket).settings.versioning }) }
  },
}
