import { vi } from 'vitest'
import { dialects } from '../../../lambdas/checkin/events.ts'
import { facilities } from './memory-desk.ts'
import { shapeOf } from './promises.ts'
import { personal } from './seeded.ts'

/** All that a line may say, so that nothing else finds room in it. */
const known = {
  level: /^(INFO|WARN|ERROR)$/,
  message:
    /^(card checked|too many card checks|request failed|a check among appointments failed|gateway cannot answer)$/,
  service: /^bangiao$/,
  sampling_rate: /^0$/,
  facility: new RegExp(`^(${facilities.join('|')})$`),
  dialect: new RegExp(`^(${dialects.join('|')})$`),
  outcome: /^(valid|not-covered|missed)$/,
  milliseconds: /^[0-9]+$/,
  error: /^[A-Z][A-Za-z]+$/,
  frames: /^[ -~]*$/,
}

/** Takes what is written to the screen until `end`, and keeps what no line may say. */
export function watchLog() {
  const seen = new Set<string>()
  const broken: string[] = []
  let lines = 0
  const look = (chunk: unknown) => {
    lines += 1
    const line = String(chunk).replace(/"timestamp":"[\d:.TZ-]+",/, '')
    if (seen.has(line)) return true
    seen.add(line)
    const strange = line.startsWith('{') ? shapeOf(JSON.parse(line), known) : 'no line of ours'
    if (strange || personal.test(line)) broken.push(`${strange ?? 'personal data'}: ${line}`)
    return true
  }
  const spies = [process.stdout, process.stderr].map(stream => vi.spyOn(stream, 'write').mockImplementation(look))
  return {
    /** What was broken since it was last asked. */
    broken: () => broken.splice(0).at(0),
    lines: () => lines,
    end() {
      for (const spy of spies) spy.mockRestore()
    },
  }
}
