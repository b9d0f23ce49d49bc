import { access, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { type Counting, coverageOn } from '../../lambdas/checkin/coverage.ts'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { summaryName } from '../../lambdas/handover/export/export-manifest.ts'
import { pull } from '../../lambdas/handover/pull/pull-client.ts'
import { enrol, readJwks, readTrust } from '../../lambdas/handover/pull/trust-files.ts'
import { verifyHandover } from '../../lambdas/handover/pull/verify-files.ts'
import { cardNumberParts } from '../../lambdas/registry/card-number.ts'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import { s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { enrolClient } from '../../local/client-key.ts'
import { runningStack } from '../../local/connect.ts'
import { followHandover } from '../../local/follow-handover.ts'
import { makeFolder } from '../../local/make-folder.ts'
import { type FeedFiles, writeFeedFiles, writeNewsFiles } from '../../local/nation/feed-files.ts'
import { type NationOptions, nation } from '../../local/nation/nation.ts'
import { sendFeeds } from '../../local/send-feeds.ts'
import { buckets } from '../../local/stack/resources.ts'
import type { Clients } from '../../local/stack/services.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { type Command, type Outcome, optional, UsageError, wholeNumber } from '../command.ts'
import { showDelta } from '../demo-delta.ts'
import { showDesk, type Visitor } from '../demo-desk.ts'
import { ensureSucceeded } from '../handover-failed.ts'
import { handoverProgress } from '../handover-progress.ts'
import { pullProgress } from '../pull-progress.ts'
import { recipientTransport } from '../recipient-transport.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'
import { grouped, type Terminal, table } from '../terminal.ts'

const recipient = 'moh'

export const command: Command = {
  summary: 'The whole main job on this machine, from feeds to an answer at the desk · Chạy thử toàn bộ',
  form: { takes: [], usage: '[--people N] [--seed S] [--state DIR]' },
  options: { ...stateOption, people: { type: 'string' }, seed: { type: 'string' } },
  async run(given, terminal) {
    const people = wholeNumber(optional(given, 'people') ?? '5000', 'people', 20, 10_000_000)
    const seed = wholeNumber(optional(given, 'seed') ?? '1', 'seed', 0, 2 ** 31)
    const stateDir = stateDirOf(given)
    await startAfresh(stateDir, { people, seed })
    const stack = await startStack({ dir: stateDir })
    try {
      return await demonstrate({ people, seed, today: dayInVietnam(new Date()) }, stateDir, stack, terminal)
    } finally {
      await stack.close()
    }
  },
}

async function demonstrate(
  options: NationOptions,
  stateDir: string,
  stack: Stack,
  terminal: Terminal,
): Promise<Outcome> {
  const { address, clients } = stack
  const feeds = await generate(options, join(stateDir, 'feeds'), terminal)
  await takeIn(feeds, clients, terminal)
  await handOver('full', stack, terminal)
  const exportDir = await exportIn(join(stateDir, 'services', 's3', buckets.exports))

  const trustDir = trustDirOf(stateDir, recipient)
  const jwks = await readJwks(address.jwks)
  for (const { recipient } of agreements) {
    await enrol(trustDirOf(stateDir, recipient), jwks)
    await enrolClient(address.api, stateDir, { role: 'recipient', recipient })
  }
  const pulled = await pullHandover(stateDir, trustDir, stack, terminal)
  const { faults } = await verifyHandover(pulled.dir, await readTrust(trustDir))
  const visitor = somebodyCovered(options)
  const desk = await showDesk(address.api, stateDir, visitor, terminal)

  await takeIn(await writeNewsFiles(options, join(stateDir, 'news')), clients, terminal)
  await handOver('delta', stack, terminal)
  const later = await pullHandover(stateDir, trustDir, stack, terminal)
  const delta = await showDelta(pulled.dir, later, { trustDir, appliedDir: join(stateDir, 'applied') }, terminal)

  const generated = {
    households: feeds.households,
    persons: feeds.persons,
    cards: feeds.cards,
    eligibility: feeds.persons,
  }
  const { rows } = pulled.receipt
  const agree = Object.entries(generated).every(([dataset, count]) => rows[dataset] === count)
  const { dir: pulledDir, sequence } = pulled
  const verified = faults.length === 0
  return {
    ok: agree && verified && desk.ok && delta.ok,
    document: {
      stateDir,
      exportDir,
      pulledDir,
      sequence,
      generated,
      rows,
      verified,
      check: desk.document.native,
      desk: desk.document,
      delta: delta.document,
    },
    lines: [
      '',
      ...table(
        ['dataset', 'generated', 'pulled', ''],
        Object.entries(generated).map(([name, count]) => [
          name,
          count,
          rows[name] ?? 0,
          rows[name] === count ? '✓' : '✗',
        ]),
      ),
      '',
      `  ${verified ? '✓' : '✗'} every signature, hash and count of ${grouped(pulled.files)} files holds · đã kiểm chứng toàn bộ`,
      '',
      ...desk.lines,
      '',
      ...delta.lines,
      '',
      '  Where things are · Vị trí:',
      `    the export    ${exportDir}`,
      `    the handover  ${pulledDir}`,
      `    the delta     ${later.dir}`,
      '  Look further · Xem tiếp:',
      `    npx bangiao verify ${relative(process.cwd(), dirname(pulledDir))}`,
      `    npx bangiao check --facility ${visitor.facility} --number ${visitor.person.insuranceNumber} --birth-date ${visitor.person.birthDate}`,
      `    npx bangiao pack check ${relative(process.cwd(), desk.packFile)} --number ${visitor.person.insuranceNumber} --birth-date ${visitor.person.birthDate}`,
      ...agreements
        .filter(other => other.recipient !== recipient)
        .map(other => `    npx bangiao pull --recipient ${other.recipient} --to ${other.recipient}`),
      '    npx bangiao help',
    ],
  }
}

const demoFile = 'demo.json'

/** A demo begins with an empty registry; what an earlier demo left goes, what anything else left stays. */
async function startAfresh(stateDir: string, demo: { readonly people: number; readonly seed: number }) {
  const isThere = (name: string) =>
    access(join(stateDir, name)).then(
      () => true,
      () => false,
    )
  if ((await isThere('services')) && !(await isThere(demoFile))) {
    throw new UsageError(`${stateDir} holds a registry that no demo made; name another folder with --state`)
  }
  if (await runningStack(stateDir))
    throw new UsageError(`a stack runs on ${stateDir}; stop it, or name another folder with --state`)
  for (const name of ['services', 'executions', 'trust', 'feeds', 'news', 'inbox', 'applied', 'desk'])
    await rm(join(stateDir, name), { recursive: true, force: true })
  await makeFolder(stateDir)
  await writeFile(join(stateDir, demoFile), JSON.stringify(demo))
}

async function generate(options: NationOptions, dir: string, terminal: Terminal): Promise<FeedFiles> {
  const progress = terminal.progress('generate · sinh dữ liệu', options.people)
  const feeds = await writeFeedFiles(options, dir, done => progress.at(done))
  progress.done('people')
  return feeds
}

async function takeIn(feeds: FeedFiles, { s3 }: Clients, terminal: Terminal) {
  const records = feeds.households + feeds.persons + feeds.cards + feeds.contributions
  const progress = terminal.progress('take in · tiếp nhận', records)
  await sendFeeds(s3ObjectStore(s3, buckets.landing), feeds.files, lines => progress.at(lines))
  progress.done('records')
}

async function handOver(mode: 'full' | 'delta', { address }: Stack, terminal: Terminal) {
  ensureSucceeded(await followHandover(address, { mode }, handoverProgress(terminal)))
}

/** The folder of the one export that was taken so far. */
async function exportIn(bucketDir: string): Promise<string> {
  const [summary = ''] = (await readdir(bucketDir, { recursive: true })).filter(path => basename(path) === summaryName)
  return join(bucketDir, dirname(summary))
}

async function pullHandover(stateDir: string, trustDir: string, stack: Stack, terminal: Terminal) {
  const { handovers } = await pull({
    ...thisMachine,
    recipient,
    transport: await recipientTransport('https', stack, stateDir, recipient),
    dir: join(stateDir, 'inbox'),
    trustDir,
    withChanges: true,
    onProgress: pullProgress(terminal),
  })
  const [pulled] = handovers
  if (!pulled?.verified)
    throw new Error(`the handover is not proven: ${JSON.stringify(pulled?.faults ?? 'nothing was there')}`)
  return pulled
}

/** The first of the nation whose card in force prints the level it has by law, at the desk where it is registered. */
function somebodyCovered(options: NationOptions): Visitor {
  for (const { members } of nation(options)) {
    for (const { person, cards } of members) {
      const coverage = coverageOn({ cards, diedOn: person.diedOn }, options.today)
      if (coverage.reason === 'in-force' && person.insuranceNumber && printsLevel(coverage)) {
        return { facility: coverage.card.facilityCode, person: { ...person, insuranceNumber: person.insuranceNumber } }
      }
    }
  }
  throw new Error('nobody in this nation has a card in force')
}

function printsLevel({ card, level }: Counting<'in-force'>): boolean {
  return cardNumberParts(card.cardNumber).printedLevel === level
}
