import { S3Error } from './error.ts'
import { childrenNamed, childText, malformed, type XmlElement } from './xml.ts'

export interface Tag {
  readonly key: string
  readonly value: string
}

/** docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const mostTags = 10
const longestTagKey = 128
const longestTagValue = 256

/** The x-amz-tagging header: `year=2026&kind=card`. */
export function tagsOfHeader(header: string | undefined): Tag[] {
  return checked([...new URLSearchParams(header ?? '')].map(([key, value]) => ({ key, value })))
}

export function tagsOfXml(tagging: XmlElement): Tag[] {
  const [set] = childrenNamed(tagging, 'TagSet')
  if (!set) malformed('has no TagSet')
  return checked(
    childrenNamed(set, 'Tag').map(tag => ({
      key: childText(tag, 'Key') ?? malformed('has a Tag without Key'),
      value: childText(tag, 'Value') ?? malformed('has a Tag without Value'),
    })),
  )
}

function checked(tags: Tag[]): Tag[] {
  if (tags.length > mostTags) throw new S3Error('BadRequest', `Object tags cannot be greater than ${mostTags}`)
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
  }
  for (const { key, value } of tags) {
    if (key.length < 1 || key.length > longestTagKey) throw new S3Error('InvalidTag', `The TagKey is invalid: ${key}`)
    if (value.length > longestTagValue) throw new S3Error('InvalidTag', `The TagValue is invalid: ${value}`)
  }
  return tags
}
