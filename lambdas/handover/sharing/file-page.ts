import type { Capabilities } from './capabilities.ts'
import { SharingRefusal } from './sharing-refusal.ts'

/** A line with its link has at most 2.7 KB, and Lambda answers with 6 MB (AWS Lambda, quotas). */
export const mostFiles = 2000

/** Files from the `from`th on, and where to go on; a reader who cannot go on gets all of them. @throws SharingRefusal */
export function filePage<File>(
  files: readonly File[],
  from: number,
  { includeEndStreamAction }: Capabilities,
  maxFiles: number = mostFiles,
): { readonly files: readonly File[]; readonly next?: number } {
  if (includeEndStreamAction) {
    const end = from + Math.min(maxFiles, mostFiles)
    return { files: files.slice(from, end), ...(end < files.length && { next: end }) }
  }
  if (files.length > mostFiles) {
    throw new SharingRefusal(
      'unsupported',
      `${files.length} files, and one answer takes ${mostFiles}: ask with includeendstreamaction=true and follow nextPageToken, or for fewer provinces or versions`,
    )
  }
  return { files: files.slice(from) }
}
