import {
  CopyObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { bucket, freshS3, refusal } from './support.ts'

const a = { Bucket: bucket, Key: 'a' }
const TagSet = [
  { Key: 'recipient', Value: 'moh & co' },
  { Key: 'empty', Value: '' },
]

it('keeps the tags apart from the bytes', async () => {
  const { s3, put } = await freshS3()
  await put('a', 'bytes')
  await s3.send(new PutObjectTaggingCommand({ ...a, Tagging: { TagSet } }))
  expect((await s3.send(new GetObjectTaggingCommand(a))).TagSet).toEqual(TagSet)
  const got = await s3.send(new GetObjectCommand(a))
  expect([await got.Body?.transformToString(), got.TagCount]).toEqual(['bytes', 2])
  await s3.send(new DeleteObjectTaggingCommand(a))
  expect((await s3.send(new GetObjectTaggingCommand(a))).TagSet).toEqual([])
  expect(await (await s3.send(new GetObjectCommand(a))).Body?.transformToString()).toBe('bytes')
})

it('takes tags in the header of a put, and carries them over in a copy', async () => {
  const { s3 } = await freshS3()
  await s3.send(new PutObjectCommand({ ...a, Body: 'a', Tagging: 'recipient=moh%20%26%20co&empty=' }))
  const tagsOf = async (Key: string) => (await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key }))).TagSet
  expect(await tagsOf('a')).toEqual(TagSet)
  const copy = { Bucket: bucket, CopySource: `${bucket}/a` }
  await s3.send(new CopyObjectCommand({ ...copy, Key: 'b' }))
  expect(await tagsOf('b')).toEqual(TagSet)
  await s3.send(new CopyObjectCommand({ ...copy, Key: 'c', TaggingDirective: 'REPLACE', Tagging: 'k=v' }))
  expect(await tagsOf('c')).toEqual([{ Key: 'k', Value: 'v' }])
})

it.each([
  ['BadRequest', Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&')],
  ['InvalidTag', 'k=1&k=2'],
  ['InvalidTag', `${'k'.repeat(129)}=v`],
  ['InvalidTag', `k=${'v'.repeat(257)}`],
])('refuses with %s', async (code, Tagging) => {
  const { s3 } = await freshS3()
  const put = new PutObjectCommand({ ...a, Body: 'a', Tagging })
  expect(await refusal(s3.send(put))).toEqual([code, 400])
  expect(await refusal(s3.send(new GetObjectCommand(a)))).toEqual(['NoSuchKey', 404])
})
