import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { jsonAnswer } from '../../shared/json-answer.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { Problem, problemJson } from '../../shared/problem.ts'
import { latestKey } from '../latest.ts'
import { recipientOf } from './recipient-request.ts'

/** `GET /recipients/{recipient}/latest`: the recipient's `latest.json` as it stands, under its signature. */
export function latestApi({ published }: { readonly published: ObjectStore }) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(problemJson())
    .handler(async event => {
      const latest = await published.get(latestKey(recipientOf(event)))
      if (!latest) throw new Problem('nothing-published')
      return jsonAnswer(200, JSON.parse(Buffer.from(latest.bytes).toString()))
    })
}
