import { onTestFinished, vi } from 'vitest'

/** Keeps what is logged as an error off the screen, and in `lines`. */
export async function quietly<Answer>(work: () => Promise<Answer>, lines: string[] = []): Promise<Answer> {
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation(line => lines.push(String(line)) > 0)
  onTestFinished(() => spy.mockRestore())
  return work()
}
