import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { feedEndings, feedKindOf, feedKinds, rejectsEnding } from '../../lambdas/registry/feeds.ts'
import { verdicts } from '../../lambdas/registry/intake.ts'
import { s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { withStack } from '../../local/connect.ts'
import { type SentFeed, sendFeeds } from '../../local/send-feeds.ts'
import { buckets } from '../../local/stack/resources.ts'
import { type Command, type Given, UsageError } from '../command.ts'
import { stateDirOf, stateOption } from '../state.ts'
import { grouped, type Progress, table } from '../terminal.ts'

export const command: Command = {
  summary: 'Take feed files into the registry, with rejects and reasons · Tiếp nhận tệp nguồn vào sổ đăng ký',
  form: { takes: ['FILE...'], usage: '[--state DIR]' },
  options: stateOption,
  async run(given, terminal) {
    let bar: Progress | undefined
    const files = await filesOf(given)
    const sent = await withStack(stateDirOf(given), ({ clients }) =>
      sendFeeds(s3ObjectStore(clients.s3, buckets.landing), files, (done, lines) => {
        bar ??= terminal.progress('take in · tiếp nhận', lines)
        bar.at(done)
      }),
    )
    bar?.done('records')
    return {
      ok: sent.every(({ refused }) => refused === 0),
      document: { feeds: sent.map(documentOf) },
      lines: linesOf(sent),
    }
  },
}

/** Looked at before a stack is started for them. */
async function filesOf({ arguments: files }: Given): Promise<readonly string[]> {
  if (files.length === 0) throw new UsageError('FILE is missing')
  for (const file of files) {
    if (feedKindOf(basename(file))) continue
    throw new UsageError(
      `${file}: the name must be ${feedKinds.map(kind => `${kind}*`).join(', ')}, ending in ${feedEndings.map(ending => `.${ending}`).join(', ')}, but not in ${rejectsEnding}, which holds what was refused`,
    )
  }
  const paths = files.map(file => resolve(file))
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) throw new UsageError(`${path} is a folder: name the files in it`)
  }
  return paths
}

function documentOf({ file, kind, lines, created, changed, unchanged, older, refused, rejectsFile }: SentFeed) {
  return {
    file,
    kind,
    lines,
    created,
    changed,
    unchanged,
    older,
    refused,
    ...(rejectsFile && { rejects: rejectsFile }),
  }
}

const shownRejects = 10

function linesOf(sent: readonly SentFeed[]): readonly string[] {
  const refused = sent.filter(feed => feed.rejectsFile)
  const rejects = refused.flatMap(({ file, rejects }) =>
    rejects.map(({ line, field, rule, value }) => [basename(file), line, field, rule, value]),
  )
  return [
    ...table(
      ['feed', 'lines', ...verdicts],
      sent.map(feed => [basename(feed.file), feed.lines, ...verdicts.map(verdict => feed[verdict])]),
    ),
    ...(rejects.length === 0
      ? []
      : [
          '',
          ...table(['file', 'line', 'field', 'rule', 'shape of the value'], rejects.slice(0, shownRejects)),
          ...(rejects.length > shownRejects ? [`  … and ${grouped(rejects.length - shownRejects)} more`] : []),
          '',
          ...refused.map(({ rejectsFile }) => `  all refusals in ${rejectsFile}`),
        ]),
  ]
}
