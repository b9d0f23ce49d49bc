import { resolve } from 'node:path'
import { convertExport } from '../../local/convert-export.ts'
import { usageSince } from '../../local/process-usage.ts'
import type { RunStep } from '../../local/run-steps.ts'
import { ensureSigningKey } from '../../local/signing-key.ts'
import { argument, type Command, option, optional } from '../command.ts'
import { isEmptyFolder } from '../empty-folder.ts'
import { knownAgreement } from '../known-recipient.ts'
import { grouped, type Progress, table } from '../terminal.ts'

export const command: Command = {
  summary:
    'Turn a DynamoDB export on disk into a signed handover · Chuyển bản xuất DynamoDB thành gói bàn giao có ký số',
  form: { takes: ['EXPORT_DIR'], usage: '--to DIR [--recipient R] [--key FILE]' },
  options: { to: { type: 'string' }, recipient: { type: 'string' }, key: { type: 'string' } },
  async run(given, terminal) {
    const exportDir = resolve(argument(given, 0, 'EXPORT_DIR'))
    const outDir = resolve(option(given, 'to'))
    const agreement = knownAgreement(optional(given, 'recipient') ?? 'moh')
    await isEmptyFolder(outDir)
    const { signer, jwksPath } = await ensureSigningKey(
      resolve(optional(given, 'key') ?? '.bangiao/keys/handover-signing.pem'),
    )
    const started = performance.now()
    let drawn: { step: RunStep; bar: Progress } | undefined
    const manifest = await convertExport({
      exportDir,
      outDir,
      agreement,
      signer,
      clock: () => new Date(),
      onStep(step, done, total) {
        if (drawn?.step !== step) drawn = { step, bar: terminal.progress(titles[step], total) }
        drawn.bar.at(done)
        if (done === total) drawn.bar.done(units[step])
      },
    })
    const totals = Object.entries(manifest.handover.totals)
    const rows = Object.fromEntries(totals.map(([dataset, { rows }]) => [dataset, rows]))
    const document = {
      outDir,
      jwks: jwksPath,
      rows,
      bytes: manifest.resources.reduce((sum, { bytes }) => sum + bytes, 0),
      ...usageSince(started),
    }
    return {
      ok: true,
      document,
      lines: [
        ...table(
          ['dataset', 'rows', 'files', 'bytes'],
          totals.map(([dataset, { rows, files, bytes }]) => [dataset, rows, files, bytes]),
        ),
        '',
        `  ${grouped(Math.round(document.bytes / 1024))} KiB in ${document.seconds.toFixed(1)} s, ${document.cpuSeconds.toFixed(1)} CPU seconds, at most ${grouped(Math.round(document.peakRssBytes / 2 ** 20))} MiB of memory`,
        `  in ${outDir}`,
        `  prove it: npx bangiao verify ${outDir} --jwks ${jwksPath}`,
      ],
    }
  },
}

const units: Readonly<Record<RunStep, string>> = {
  check: 'exports',
  convert: 'data files',
  merge: 'merges',
  match: 'buckets',
  compact: 'units',
  compare: 'comparisons',
  place: 'files',
}

const titles: Readonly<Record<RunStep, string>> = {
  check: 'check the source · kiểm tra nguồn',
  convert: 'convert · chuyển đổi',
  merge: 'merge changes · gộp thay đổi',
  match: 'match keys · đối khớp khóa',
  compact: 'compact · gộp và sắp xếp',
  compare: 'compare · so sánh với gói trước',
  place: 'place · đặt tệp',
}
