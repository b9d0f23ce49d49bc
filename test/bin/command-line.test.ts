import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runCommandLine } from '../../bin/command-line.ts'
import packageFacts from '../../package.json' with { type: 'json' }
import { askBangiao, runBangiao } from '../command.ts'
import { folder } from '../local/service.ts'

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly path?: string }
}

/** In this process, for what ends before anything is begun. */
async function called(...words: readonly string[]) {
  const said = { stdout: '', stderr: '' }
  vi.spyOn(console, 'log').mockImplementation(text => {
    said.stdout += `${text}\n`
  })
  vi.spyOn(console, 'error').mockImplementation(text => {
    said.stderr += `${text}\n`
  })
  onTestFinished(() => {
    vi.restoreAllMocks()
  })
  return { code: await runCommandLine(words), ...said }
}

describe('an argument too many is wrong usage, and named', () => {
  it.each([
    ['other', 'verify dir other'],
    ['other', 'convert dir other --to out'],
    ['stray', 'cost stray --people 5'],
    ['stray', 'serve stray'],
    ['stray', 'demo stray'],
    ['stray', 'generate stray --people 5 --to out'],
    ['stray', 'pull stray --recipient moh --to out'],
    ['stray', 'carry stray --recipient moh --to out'],
    ['third', 'pack delta one two third --to out'],
    ['second', 'desk load one second --facility 01007'],
    ['stray', 'notices redrive stray --recipient moh'],
    ['other', 'recipient unshare moh other'],
    ['stray', 'facility lock stray --facility 01007'],
    ['second', 'lookups verify one second'],
  ])('%s in bangiao %s', async (surplus, line) => {
    const { code, stdout, stderr } = await called(...line.split(' '))

    // What may stand beside a number or a name may be part of it
    const shown = /^(pack|desk|lookups) /.test(line) ? 'an argument too many' : `${surplus} is an argument too many`
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.split('\n')[0]).toContain(shown)
  })

  it('with the option that it may have been meant to be', async () => {
    const { code, stderr } = await called('export', 'delta')

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'delta is an argument too many: --delta is the option\n  npx bangiao export [--delta] [--state DIR] [--json]\n',
    })
  })

  it('but not repeated where it may be part of a name', async () => {
    const words = ['--facility', '01007', '--number', '0123456789', '--birth-date', '1990', '--name', 'Lê', 'Thị']
    const { code, stderr } = await called('check', ...words)

    expect(code).toBe(2)
    expect(stderr).toContain('a value with spaces needs quotes')
    expect(stderr).not.toContain('Thị')
  })

  it('and as many as there are may stand behind a command that takes many', async () => {
    const { code, stderr } = await called('apply', 'base', 'one', 'two', 'three', '--to', join(await folder(), 'out'))

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.not.stringContaining('too many') })
  })
})

describe('an empty value is wrong usage', () => {
  it.each([
    ['--to is empty: give it a value\n', ['generate', '--people', '5', '--to', '']],
    ['--to is empty: give it a value\n', ['convert', 'dir', '--to=']],
    ['an argument is empty\n', ['verify', '']],
  ])('%j', async (message, words) => {
    expect(await called(...words)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
  })
})

describe('a folder that is none is wrong usage', () => {
  it.each([
    ['nowhere', /^nothing is at .*\/nowhere: name the folder of a handover, or of several\n$/],
    ['a file', /^.*\/a file is no folder: name the folder of a handover, or of several\n$/],
    ['a file/below', /^nothing is at .*\/a file\/below: name the folder of a handover, or of several\n$/],
  ])('verify %s', async (path, said) => {
    const home = await folder()
    await writeFile(join(home, 'a file'), '')

    expect(await called('verify', join(home, path))).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(said),
    })
  })

  it.each([
    ['pull', 'a file'],
    ['pull', 'a file/below'],
    ['carry', 'a file'],
    ['carry', 'a file/below'],
  ])('%s --to %s', async (command, path) => {
    const home = await folder()
    await writeFile(join(home, 'a file'), '')
    const to = join(home, path)

    expect(await called(command, '--recipient', 'moh', '--to', to, '--state', join(home, 'state'))).toEqual({
      code: 2,
      stdout: '',
      stderr: `--to must be a folder, and ${to} leads through a file\n`,
    })
  })
})

describe('an option that cannot stand so is wrong usage, and named beside what the command takes', () => {
  it.each([
    ['--state is no option of convert', 'convert dir --to out --state here'],
    ['-x is no option of verify; an argument that begins with - stands behind --', 'verify -x'],
    ['--constructor is no option of verify', 'verify dir --constructor'],
    ['--news takes no value', 'generate --people 5 --to out --news=1'],
    ['--seed needs a value', 'generate --people 5 --to out --seed'],
    ['--to needs a value; one that begins with - is written --to=-VALUE', 'generate --to --people 5'],
    ['--name needs a value; one that begins with - is written --name=-VALUE', 'check --facility 01007 --name -Lê'],
  ])('%s: bangiao %s', async (said, line) => {
    const { code, stdout, stderr } = await called(...line.split(' '))
    const usage = `  npx bangiao ${line.split(' ')[0]} `

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^${said}\n${usage}.*\n$`))
  })

  it.each(['--seed -1', '--seed=-1'])(
    'but a number below zero is a value, and %s is told what a seed is',
    async seed => {
      expect(await called('generate', '--people', '5', '--to', 'out', ...seed.split(' '))).toEqual({
        code: 2,
        stdout: '',
        stderr: '--seed must be a whole number from 0 to 2147483648, not -1\n',
      })
    },
  )

  it('and a value or an argument that begins with - can be written', async () => {
    expect(await called('verify', '--jwks=-keys', '--', '-dir')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^nothing is at .*\/-dir: /),
    })
  })
})

describe('without a command', () => {
  it('the version is the package’s', async () => {
    const { version } = packageFacts

    expect(await runBangiao(await folder(), '--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect(await askBangiao(await folder(), '--version')).toEqual({ version })
  })

  it('people are shown the commands, and a machine is told that it called wrongly', async () => {
    const { code, stdout } = await runBangiao(await folder())
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('  verify ') })

    const asked = await runBangiao(await folder(), '--json')
    expect(asked.code).toBe(2)
    expect(JSON.parse(asked.stdout)).toMatchObject({ error: { code: 'usage' } })
  })

  it('help is a document as well, with every form of every command', async () => {
    const { commands } = await askBangiao<{ commands: readonly { name: string; usage: readonly string[] }[] }>(
      await folder(),
      'help',
    )

    expect(commands.find(({ name }) => name === 'lookups')?.usage).toEqual([
      'npx bangiao lookups seal [--state DIR] [--json]',
      'npx bangiao lookups verify [DIR] [--jwks FILE] [--state DIR] [--json]',
      'npx bangiao lookups of --number N --birth-date D [--state DIR] [--json]',
    ])
    expect(await askBangiao(await folder(), 'verify', '--help')).toMatchObject({
      usage: ['npx bangiao verify DIR [--jwks FILE] [--state DIR] [--json]'],
    })
  })

  it.each(['constructor', 'toString'])('%s is no command, and no action either', async word => {
    expect(await called(word)).toMatchObject({ code: 2 })
    expect(await called('pack', word)).toMatchObject({ code: 2 })
  })
})

describe('what the system refuses is said in plain words, with the place and the code once', () => {
  it.each([
    ['ENOENT', 'absent/FILE.csv', /^ENOENT: nothing is at .*FILE\.csv: check the name/, []],
    ['ENOTDIR', 'file/officers.csv', /^ENOTDIR: .*officers\.csv is a file, or leads through one/, ['file']],
    ['EISDIR', 'folder', /^EISDIR: .*folder is a folder: name a file/, []],
  ])('%s', async (code, path, said, files) => {
    const home = await folder()
    await mkdir(join(home, 'folder'))
    for (const file of files) await writeFile(join(home, file), '')
    const words = ['facility', 'officers', path, '--facility', '01007']

    const { stderr, code: exit } = await runBangiao(home, ...words)
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringMatching(said) })
    expect(stderr.match(new RegExp(code, 'g'))).toHaveLength(1)
    const { error } = await askBangiao<Failure>(home, ...words)
    expect(error.code).toBe(code)
    expect(error.message).not.toContain(code)
  })
})
