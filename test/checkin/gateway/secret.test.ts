import { describe, expect, it } from 'vitest'
import {
  isPassword,
  newSecret,
  parsePasswordMd5,
  passwordMd5,
  usualCost,
} from '../../../lambdas/checkin/gateway/secret.ts'
import { cheap } from './gateway-desk.ts'

const salt = Buffer.alloc(16, 3)

describe('a password', () => {
  it('is known by its MD5 in either letter case, and by nothing else', async () => {
    const secret = await newSecret(passwordMd5('mật khẩu'), salt, cheap)
    const capitals = parsePasswordMd5(passwordMd5('mật khẩu').toUpperCase())

    expect(capitals && (await isPassword(capitals, secret))).toBe(true)
    expect(await isPassword(passwordMd5('mật khẩu '), secret)).toBe(false)
    expect(parsePasswordMd5('mật khẩu')).toBeUndefined()
  })

  it('is kept as a hash that takes 32 MB to try, under a salt of its own', async () => {
    const secret = await newSecret(passwordMd5('mật khẩu'), salt)

    expect(128 * secret.N * secret.r).toBe(32 * 2 ** 20)
    expect(secret).toMatchObject({ ...usualCost, salt: salt.toString('base64url') })
    expect(JSON.stringify(secret)).not.toContain(passwordMd5('mật khẩu'))
    expect(await isPassword(passwordMd5('mật khẩu'), secret)).toBe(true)
    const other = await newSecret(passwordMd5('mật khẩu'), Buffer.alloc(16, 4), cheap)
    expect(other.hash).not.toBe((await newSecret(passwordMd5('mật khẩu'), salt, cheap)).hash)
  })
})
