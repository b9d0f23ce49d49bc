import { Stack } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/** How many keys sign or have signed manifests, and the number of the one that signs, from 1. */
export interface SigningKeys {
  readonly made: number
  readonly signs: number
}

/** A key for each class of data, so that who may read one need not be able to read another. All outlive their stack. */
export class Keys extends Construct {
  /** Households, persons, their numbers, and the feeds they come by. */
  readonly registry = this.dataKey('Registry', 'Encrypts the registry and the feeds it is made from')
  /** Exports and everything on the way from them to a handover: a few days old at most. */
  readonly work = this.dataKey('Work', 'Encrypts exports and what is made from them')
  /** What recipients are given, and the ledger of it. */
  readonly handover = this.dataKey('Handover', 'Encrypts published handovers and their ledger')
  readonly audit = this.dataKey('Audit', 'Encrypts who looked at whom')
  readonly logs = this.dataKey('Logs', 'Encrypts logs and alarms')

  /**
   * For manifests. KMS cannot turn a key over that signs: a new one takes its place under a `kid` of its own, and those before it
   * still prove what they signed.
   */
  readonly proving: readonly Key[]
  /** The one of them that signs now. */
  readonly signing: Key
  /** Signs the seals of lookups. */
  readonly seals = this.signingKey('Seals', 'Signs the seals of lookups')
  /** Signs access tokens. */
  readonly token = this.signingKey('Token', 'Signs access tokens')
  /** The key of number hashes comes from it; another one would lose every person, so it is never turned over. */
  readonly numberHash = new Key(this, 'NumberHash', {
    description: 'Derives the key under which numbers are hashed',
    keySpec: KeySpec.HMAC_256,
    keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
  })

  /** The key of acknowledgements comes from it; another one would only have notices come again. */
  readonly acknowledgement = new Key(this, 'Acknowledgement', {
    description: 'Derives the key under which acknowledgements of notices are sealed',
    keySpec: KeySpec.HMAC_256,
    keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
  })

  constructor(scope: Construct, id: string, { made, signs }: SigningKeys) {
    super(scope, id)
    this.proving = Array.from({ length: made }, (_, at) =>
      this.signingKey(`Signing${at === 0 ? '' : at + 1}`, 'Signs the manifests of handovers'),
    )
    this.signing = this.proving[signs - 1] as Key
    for (const former of this.proving.slice(0, signs - 1)) denySigning(former)
    this.letLogsEncrypt()
    this.letAlarmsEncrypt()
  }

  private dataKey(id: string, description: string): Key {
    return new Key(this, id, { description, enableKeyRotation: true })
  }

  private signingKey(id: string, description: string): Key {
    return new Key(this, id, { description, keySpec: KeySpec.ECC_NIST_P256, keyUsage: KeyUsage.SIGN_VERIFY })
  }

  private letLogsEncrypt() {
    const stack = Stack.of(this)
    this.logs.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: 'log-group:*' }),
          },
        },
      }),
    )
  }

  private letAlarmsEncrypt() {
    this.logs.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
  }
}

/** To everybody, the account's administrators too: a signature does not tell who made it. */
function denySigning(key: Key) {
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['kms:Sign'],
      resources: ['*'],
    }),
  )
}
