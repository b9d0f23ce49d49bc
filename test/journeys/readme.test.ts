import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runBangiao } from '../command.ts'
import { folder } from '../local/service.ts'

type Words = readonly string[]

/** The commands that stand in the README's blocks, block by block. */
async function blocks(): Promise<readonly (readonly Words[])[]> {
  const text = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
  const found = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  return found.map(block =>
    block
      .trim()
      .split('\n')
      .map(line => line.trim().split(/\s+/)),
  )
}

it('every example of the README does what it says: who feeds and hands over goes first, who receives then', async () => {
  const home = await folder()
  const ours = (await blocks()).filter(([first = []]) => first[0] === 'npx' && first[1] === 'bangiao')
  const feeding = ours.filter(block => block.some(([, , command]) => command === 'export'))
  const receiving = ours.filter(block => !feeding.includes(block))
  expect([feeding.length, receiving.length]).toEqual([1, 1])
  for (const [, , ...words] of [...feeding, ...receiving].flat()) {
    const { code, stdout, stderr } = await runBangiao(home, ...words)
    expect({ words, code }, `${stdout}\n${stderr}`).toEqual({ words, code: 0 })
  }
})

it('names the two commands that package.json has', async () => {
  const { scripts } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'))
  const named = (await blocks())
    .flat()
    .filter(([program]) => program === 'npm')
    .map(words => words.at(-1) as string)
  expect(named).toEqual(['demo', 'test'])
  for (const name of named) expect(scripts).toHaveProperty(name)
})
