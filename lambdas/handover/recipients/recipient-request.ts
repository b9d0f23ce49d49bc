import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { z } from 'zod'
import { type FieldFault, Problem } from '../../shared/problem.ts'

/** A receipt with its acknowledgements, or a request for a hundred links, is smaller. */
export const mostBodyBytes = 8192

/** The recipient is the token's; a path that names another one is refused. */
export function recipientOf({ pathParameters, requestContext }: APIGatewayProxyEvent): string {
  const recipient: unknown = requestContext.authorizer?.recipient
  if (typeof recipient !== 'string' || recipient !== pathParameters?.recipient) throw new Problem('other-recipient')
  return recipient
}

/** @throws Problem that says of every field at fault what was expected. */
export function readFields<Schema extends z.ZodType, Field extends string>(
  schema: Schema,
  content: unknown,
  expected: Readonly<Record<Field | 'body', Omit<FieldFault, 'field'>>>,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(content)
  if (success) return data
  const fields = new Set(error.issues.map(({ path: [field = 'body'] }) => String(field) as Field))
  throw new Problem('malformed-fields', { errors: [...fields].map(field => ({ field, ...expected[field] })) })
}
