/** Takes one step as it is deployed, in a process of its own: its arguments are the entry and the event. Says when it begins, and how it ends. */
const [entry = '', event = ''] = process.argv.slice(2)
const { handler } = (await import(entry)) as { handler(event: unknown, context: object): Promise<unknown> }
process.send?.('begun')
const ended = await handler(JSON.parse(event), {}).then(
  () => 'done',
  (error: Error) => ({ name: error.name, message: error.message }),
)
process.send?.(ended, () => process.exit())
