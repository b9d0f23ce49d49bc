import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runBangiao } from '../command.ts'
import { folder } from '../local/service.ts'

/** The commands that stand in the README's blocks, line by line. */
async function examples(): Promise<readonly (readonly string[])[]> {
  const text = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  return blocks.flatMap(block => block.trim().split('\n')).map(line => line.trim().split(/\s+/))
}

it('every example of the README does what it says, in the order that feeds, hands over and receives', async () => {
  const home = await folder()
  const commands = (await examples())
    .filter(([program, name]) => program === 'npx' && name === 'bangiao')
    .map(words => words.slice(2))
  const order = ['generate', 'intake', 'export', 'recipient', 'pull', 'verify']
  const sorted = [...commands].sort(([a = ''], [b = '']) => order.indexOf(a) - order.indexOf(b))
  expect(sorted.map(([name]) => name)).toEqual(order)
  for (const words of sorted) {
    const { code, stdout, stderr } = await runBangiao(home, ...words)
    expect({ words, code }, `${stdout}\n${stderr}`).toEqual({ words, code: 0 })
  }
})

it('names the two commands that package.json has', async () => {
  const { scripts } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'))
  const named = (await examples()).filter(([program]) => program === 'npm').map(words => words.at(-1) as string)
  expect(named).toEqual(['demo', 'test'])
  for (const name of named) expect(scripts).toHaveProperty(name)
})
