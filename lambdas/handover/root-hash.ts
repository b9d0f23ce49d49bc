import { sha256Hex } from './schemas.ts'

/**
 * One hash for many files: SHA-256, in hex, over a line `<SHA-256 in hex>  <path>` a file, in the order of their paths' bytes.
 * It is what `LC_ALL=C sort` and `sha256sum` make of the files themselves.
 */
export function rootSha256(files: readonly { readonly path: string; readonly hash: string }[]): string {
  const lines = files.map(({ path, hash }) => ({ path: Buffer.from(path), hex: hash.replace('sha256:', '') }))
  lines.sort((a, b) => Buffer.compare(a.path, b.path))
  return sha256Hex(lines.map(({ path, hex }) => `${hex}  ${path}\n`).join(''))
}
