import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DeleteObjectCommand, GetObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { bucket, dataFiles, freshS3 } from './support.ts'

it('shows each key as a path', async () => {
  const { dir, put } = await freshS3()
  const key = 'moh/snapshots/000000000001/persons/province=01/part-00000-0a1b2c3d.parquet'
  await put(key, 'PAR1')
  expect(await readFile(join(dir, bucket, key), 'utf8')).toBe('PAR1')
})

it.each([
  ['ü é+&.txt', 'ü é+&.txt'],
  ['f//g', 'f/%/g'],
  ['f/', 'f/%'],
  ['../up', '.%2E/up'],
  ['a:b', 'a%3Ab'],
  ['a%3Ab', 'a%253Ab'],
  ['end.', 'end%2E'],
  ['NUL.txt', '%NUL.txt'],
  [`d/${'ü'.repeat(101)}`, `d/${'ü'.repeat(91)}%2bb4522ea0294a15`],
  ['d/'.repeat(511), '%long/8355de2a0423e835'],
])('shows %s as %s', async (key, path) => {
  const { dir, put } = await freshS3()
  await put(key)
  expect((await shownIn(dir)).map(file => file.path)).toEqual([path])
})

it.each([
  ['plain names', ['ü é+&.txt', 'thẻ/bảo hiểm.json', "it's (1) !@#$^~`.txt", '.hidden', 'a.b.c']],
  ['names that a folder has too', ['a', 'a/b', 'a/b/c', 'a/b/c/d']],
  ['folders that have a name too', ['x/y/z', 'x/y', 'x']],
  ['names without letters', ['/', '//', 'f/', 'f//g', '/g', '.', '..', '../up', 'd/../e', './e']],
  ['names that some file systems refuse', ['a:b', 'a*?', 'a|b', '<a>', 'a\\b', '"a"', 'a\u0001', 'end.', 'end ']],
  ['names that Windows keeps for itself', ['con', 'NUL.txt', 'com1/x', 'console']],
  ['names that look escaped', ['a%', 'a%25', '%2E', '%', '%long/x', 'a', 'a/b']],
  ['long names', ['n'.repeat(1024), `${'n'.repeat(1023)}m`, `d/${'ü'.repeat(300)}`, 'd/'.repeat(511)]],
])('tells apart %s', async (_, keys) => {
  const { s3, dir, put } = await freshS3()
  for (const key of keys) await put(key, `bytes of ${key}`)
  for (const Key of keys) {
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
    expect(await got.Body?.transformToString()).toBe(`bytes of ${Key}`)
  }
  expect((await shownIn(dir)).map(({ text }) => text).sort()).toEqual(keys.map(key => `bytes of ${key}`).sort())
  for (const Key of keys) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  expect(await readdir(dir, { recursive: true })).toEqual(expect.arrayContaining(['.s3', bucket]))
  expect(await readdir(join(dir, bucket))).toEqual([])
  expect(await dataFiles(dir)).toEqual([])
})

it('lets nothing out of the folder', async () => {
  const { dir, put } = await freshS3({})
  await put('../../escaped')
  await put('..\\..\\escaped')
  expect(existsSync(join(dir, '..', 'escaped')) || existsSync(join(dir, 'escaped'))).toBe(false)
})

it('shows the newest version, or nothing where that is a delete marker', async () => {
  const { s3, dir, put } = await freshS3()
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  const shown = async () => (await shownIn(dir)).map(({ path, text }) => `${path}: ${text}`)
  await put('d/a', 'first')
  const { VersionId } = await put('d/a', 'second')
  expect(await shown()).toEqual(['d/a: second'])
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'd/a', VersionId }))
  expect(await shown()).toEqual(['d/a: first'])
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'd/a' }))
  expect(await shown()).toEqual([])
  await put('d', 'in the way')
  await put('d/a', 'third')
  expect(await shown()).toEqual(['d: in the way', 'd%/a: third'])
})

async function shownIn(dir: string) {
  const view = join(dir, bucket)
  const entries = await readdir(view, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Promise.all(
    files.sort().map(async path => ({ path: path.slice(view.length + 1), text: await readFile(path, 'utf8') })),
  )
}
