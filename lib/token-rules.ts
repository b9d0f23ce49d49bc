/** Who signs access tokens, and is the audience of what clients sign; and for whom access tokens are. */
export const tokenRules = { issuer: 'urn:bangiao:tokens', audience: 'urn:bangiao:api' } as const
