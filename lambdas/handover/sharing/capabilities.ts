import { wrongValue } from './sharing-refusal.ts'

/** What a reader says of itself, and what the answer repeats. */
export interface Capabilities {
  /** Whether the last line may say that the answer is whole, and where it goes on. */
  readonly includeEndStreamAction: boolean
  /** How ids of files should be made; ours are hashes of their bytes either way. */
  readonly fileIdHash?: string
}

/**
 * Of the header `delta-sharing-capabilities`: `k=v1,v2;k2=v`, in any case, with unknown keys for other servers; and of `fileidhash`.
 * @throws SharingRefusal when the reader takes no Parquet.
 */
export function readCapabilities(capabilities = '', fileIdHash?: string): Capabilities {
  const pairs = capabilities.toLowerCase().split(';')
  const values = new Map(
    pairs.map(pair => {
      const [name = '', list = ''] = pair.split('=').map(part => part.trim())
      return [name, list.split(',').map(value => value.trim())]
    }),
  )
  if (!(values.get('responseformat') ?? ['parquet']).includes('parquet')) {
    throw wrongValue('delta-sharing-capabilities', 'parquet among the formats; in Python, leave use_delta_format out')
  }
  const scheme = fileIdHash?.trim().toLowerCase()
  if (scheme !== undefined && !['parquet', 'delta'].includes(scheme)) throw wrongValue('fileidhash', 'parquet or delta')
  return {
    includeEndStreamAction: values.get('includeendstreamaction')?.includes('true') ?? false,
    ...(scheme && { fileIdHash: scheme }),
  }
}

/** The headers that say how the answer was made; a reader that names a scheme of ids refuses an answer that does not. */
export function answeredCapabilities({ includeEndStreamAction, fileIdHash }: Capabilities) {
  return {
    'delta-sharing-capabilities': `responseformat=parquet${includeEndStreamAction ? ';includeendstreamaction=true' : ''}`,
    ...(fileIdHash && { fileidhash: fileIdHash }),
  }
}
