import { randomBytes } from 'node:crypto'
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import {
  claimedToken,
  holds,
  newToken,
  sharingProfile,
  tokenRecord,
} from '../../../lambdas/handover/sharing/sharing-token.ts'
import { now, shareScene } from './share-scene.ts'

const hour = 3_600_000
const later = (hours: number) => new Date(now.getTime() + hours * hour)

describe('a token of sharing', () => {
  it('names its recipient and 256 bits of chance', () => {
    const token = newToken('hanoi_health', randomBytes)
    expect(token).toMatch(/^hanoi_health\.[\w-]{43}$/)
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url')).toHaveLength(32)
    expect(newToken('hanoi_health', randomBytes)).not.toBe(token)
  })

  it('is kept as its hash, under which its header finds it', () => {
    const token = newToken('moh', randomBytes)
    const record = tokenRecord('moh', token, now, 7)
    expect(claimedToken(`Bearer ${token}`)).toEqual({ recipient: 'moh', sha256: record.sha256 })
    expect(JSON.stringify(record)).not.toContain(token.split('.')[1])
  })

  it('is none of ours in any other form', () => {
    const token = newToken('moh', randomBytes)
    for (const header of [
      undefined,
      '',
      token,
      `Basic ${token}`,
      `Bearer ${token}=`,
      `Bearer ${token} `,
      `Bearer MOH${token.slice(3)}`,
    ]) {
      expect(claimedToken(header), header).toBe(undefined)
    }
  })

  it('holds from its issue until its last instant, and never once it is revoked', () => {
    const token = tokenRecord('moh', newToken('moh', randomBytes), now, 1)
    expect([later(-1), now, later(23), later(24)].map(at => holds(token, at))).toEqual([false, true, true, false])
    expect(holds({ ...token, revokedAt: later(1) }, later(2))).toBe(false)
  })

  it('stands in a profile of the one version that every reader knows', () => {
    const token = newToken('moh', randomBytes)
    expect(sharingProfile('https://api.test/delta-sharing', token, tokenRecord('moh', token, now, 7))).toEqual({
      shareCredentialsVersion: 1,
      endpoint: 'https://api.test/delta-sharing',
      bearerToken: token,
      expirationTime: '2026-12-02T12:00:00.000Z',
    })
  })
})

describe('the tokens of the ledger', () => {
  it('are found by recipient and hash together, as they were added', async () => {
    const { needs } = await shareScene()
    const token = tokenRecord('labour', newToken('labour', randomBytes), now, 1)
    await needs.tokens.add(token)
    expect(await needs.tokens.find('labour', token.sha256)).toEqual(token)
    expect(await needs.tokens.find('moh', token.sha256)).toBe(undefined)
    await expect(needs.tokens.add(token)).rejects.toThrow('conditional')
  })

  it('are revoked all at once, those of one recipient alone, and stay as they were revoked first', async () => {
    const { needs, db } = await shareScene()
    const { tokens } = needs
    const [first, second, expired] = [now, later(1), later(-48)].map(at =>
      tokenRecord('labour', newToken('labour', randomBytes), at, 1),
    )
    for (const token of [first, second, expired]) if (token) await tokens.add(token)

    expect(await tokens.revokeAll('labour', later(2))).toBe(2)
    expect(await tokens.revokeAll('labour', later(3))).toBe(0)

    expect(await tokens.find('labour', second?.sha256 ?? '')).toMatchObject({ revokedAt: later(2) })
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: 'ledger',
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'RECIPIENT#moh' } },
      }),
    )
    expect(Items).toHaveLength(1)
    expect(Items[0]).not.toHaveProperty('revokedAt')
  })
})
