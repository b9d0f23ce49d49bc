import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { accessSettings as settings } from '../lambdas/access/settings.ts'
import { protectedRoutes } from './api-routes.ts'
import type { DataStack } from './data-stack.ts'
import { LambdaFunction } from './lambda-function.ts'

export interface AccessProps {
  readonly data: DataStack
}

/** Who may come in: tokens for clients that prove who they are, and the authorizer that reads them. */
export class Access extends Construct {
  readonly token: LambdaFunction
  readonly authorizer: LambdaFunction

  constructor(scope: Construct, id: string, { data }: AccessProps) {
    super(scope, id)
    const { ledger, keys } = data
    const logKey = keys.logs

    const token = new LambdaFunction(this, 'Token', { entry: 'access/token.lambda.ts', logKey, timeout })
    token.set(settings.ledgerTable, ledger.tableName)
    ledger.letUse(token, 'dynamodb:GetItem', 'dynamodb:PutItem')
    keys.token.grant(token, 'kms:GetPublicKey', 'kms:Sign')
    this.token = token

    const authorizer = new LambdaFunction(this, 'Authorizer', { entry: 'access/authorizer.lambda.ts', logKey, timeout })
    keys.token.grant(authorizer, 'kms:GetPublicKey')
    authorizer.set(settings.routes, JSON.stringify(protectedRoutes))
    this.authorizer = authorizer

    for (const each of [token, authorizer]) {
      each.set(settings.tokenKey, keys.token.keyArn)
    }
  }

  /** Where clients call the API: tokens are by that address and for it, and so is what a client signs to get one. */
  setApi(address: string) {
    for (const each of [this.token, this.authorizer]) each.set(settings.apiAddress, address)
  }
}

/** Somebody waits at the desk. */
const timeout = Duration.seconds(10)
