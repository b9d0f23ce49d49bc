import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process that adds one visit after another to a journal and tells each once it is written; killed when it has told so many. Gives those told. */
export async function startWriter(path: string, told: number): Promise<readonly string[]> {
  const code = `
    const { appendLine } = await import('./lambdas/checkin/pack/visit-files.ts')
    for (let at = 0; ; at++) {
      const visit = String(at)
      await appendLine(${JSON.stringify(path)}, { visit, at: new Date().toISOString(), serviceDate: '2026-11-22',
        asOf: '2026-11-22T01:00:00.000Z', said: { outcome: 'not-in-this-pack' },
        presented: { number: '0123456789', birthDate: '1990' } })
      console.log(visit)
    }`
  const cwd = new URL('../../..', import.meta.url)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const visits: string[] = []
  for await (const visit of createInterface(child.stdout)) {
    visits.push(visit)
    if (visits.length === told) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return visits
}
