import { resolve } from 'node:path'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import { writeFeedFiles, writeNewsFiles } from '../../local/nation/feed-files.ts'
import { type Command, option, optional, wholeNumber } from '../command.ts'
import { isEmptyFolder } from '../empty-folder.ts'
import { table } from '../terminal.ts'

export const command: Command = {
  summary: 'Write a synthetic population with the nation’s shape as feed files · Sinh dân số giả lập thành tệp nguồn',
  form: { takes: [], usage: '--people N --to DIR [--seed S] [--news]' },
  options: { people: { type: 'string' }, seed: { type: 'string' }, to: { type: 'string' }, news: { type: 'boolean' } },
  async run(given, terminal) {
    const people = wholeNumber(option(given, 'people'), 'people', 1, 200_000_000)
    const seed = wholeNumber(optional(given, 'seed') ?? '1', 'seed', 0, 2 ** 31)
    const dir = resolve(option(given, 'to'))
    await isEmptyFolder(dir)
    const options = { people, seed, today: dayInVietnam(new Date()) }
    const progress = terminal.progress('generate · sinh dữ liệu', people)
    const { files, ...counts } = given.options.news
      ? await writeNewsFiles(options, dir)
      : await writeFeedFiles(options, dir, done => progress.at(done))
    progress.done('people')
    return {
      ok: true,
      document: { dir, files, ...counts, seed },
      lines: [...table(['feed', 'records'], Object.entries(counts)), '', `  in ${dir}`],
    }
  },
}
