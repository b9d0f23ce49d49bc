import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { jsonAnswer } from '../../shared/json-answer.ts'
import { jsonContent } from '../../shared/json-request.ts'
import { problemJson } from '../../shared/problem.ts'
import { packagePrefix } from '../manifest.ts'
import type { Links } from './link-client.ts'
import { expectedOfLinks, linksRequest } from './links-request.ts'
import { mostBodyBytes, readFields, recipientOf } from './recipient-request.ts'

interface Needs {
  readonly links: Links
  readonly clock: () => Date
}

/** Seconds that a link holds. */
export const linkLife = 900

/** `POST /recipients/{recipient}/links`: a link for each file of a handover that is asked for; none leads out of the recipient's prefix. */
export function linksApi({ links, clock }: Needs) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(problemJson())
    .handler(async event => {
      const recipient = recipientOf(event)
      const request = readFields(linksRequest, jsonContent(event, mostBodyBytes), expectedOfLinks)
      const prefix = packagePrefix(request.form, recipient, request.sequence)
      const now = clock()
      const made = request.paths.map(async path => ({
        path,
        url: await links.toRead(`${prefix}/${path}`, linkLife, now),
      }))
      const expiresAt = new Date(now.getTime() + linkLife * 1000).toISOString()
      return jsonAnswer(200, { expiresAt, links: await Promise.all(made) })
    })
}
