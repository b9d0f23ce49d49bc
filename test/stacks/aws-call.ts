/** A request to an AWS service as the action that IAM asks for, of S3 with the bucket: `dynamodb:GetItem`, `s3:PutObject bangiao-work`. */
export function awsCall(method: string, path: string, target: string): string {
  const [, service = '', operation] = /^(DynamoDB|TrentService|AmazonSQS)[^.]*\.(\w+)$/.exec(target) ?? []
  if (operation) return `${prefixes[service]}:${operation}`
  // STS alone is asked by a form, at its root
  if (method === 'POST' && path === '/') return 'sts:AssumeRole'
  const [, bucket, key, query = ''] = /^\/([^/?]+)\/?([^?]*)\??(.*)/.exec(path) ?? []
  const retention = new URLSearchParams(query).has('retention') ? 'Retention' : ''
  return `s3:${key ? `${objectActions[method]}${retention}` : 'ListBucket'} ${bucket}`
}

const prefixes: Readonly<Record<string, string>> = { DynamoDB: 'dynamodb', TrentService: 'kms', AmazonSQS: 'sqs' }

const objectActions: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'GetObject', PUT: 'PutObject' }
