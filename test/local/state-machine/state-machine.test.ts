import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { itemListFailure } from '../../../local/state-machine/limits.ts'
import type { ItemReader, MachineEvent } from '../../../local/state-machine/state-machine.ts'
import { UsageCounter } from '../../../local/state-machine/usage.ts'
import { distributedMap, machine, run, runDefinition, task } from './machines.ts'

const largest = 262_144

afterEach(() => {
  vi.useRealTimers()
})

function neverAnswers() {
  const call = Promise.withResolvers<void>()
  const never = () => {
    call.resolve()
    return new Promise(() => {})
  }
  return { never, called: call.promise }
}

describe('a state machine', () => {
  it('hands each state its input and ends with the last output', async () => {
    const outcome = await run(
      {
        Start: {
          Type: 'Pass',
          Parameters: { cut: '2026-03-01', 'recipient.$': '$.to' },
          ResultPath: '$.plan',
          Next: 'Call',
        },
        Call: task('echo', { InputPath: '$.plan', ResultPath: '$.answer', OutputPath: '$', Next: 'Done' }),
        Done: { Type: 'Succeed', OutputPath: '$.answer.Payload' },
      },
      { input: { to: 'moh' } },
    )
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { cut: '2026-03-01', recipient: 'moh' } })
  })

  it('tells a function its name, its request and how long it has', async () => {
    const seen: unknown[] = []
    const look = async (
      _event: unknown,
      context: { functionName: string; awsRequestId: string; getRemainingTimeInMillis(): number },
    ) => {
      seen.push(context.functionName, context.awsRequestId.length, context.getRemainingTimeInMillis() > 890_000)
    }
    await run({ Look: task('look') }, { functions: { look } })
    expect(seen).toEqual(['look', 36, true])
  })

  it('copies what goes in and out of a function, so that nothing is shared', async () => {
    const answer = { parts: [1], at: new Date(0), left: undefined }
    const keep = async (event: { parts: number[] }) => {
      event.parts.push(9)
      return answer
    }
    const input = { parts: [7] }
    const outcome = await run({ Keep: task('keep') }, { functions: { keep }, input })
    answer.parts.push(2)
    expect(input).toEqual({ parts: [7] })
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { parts: [1], at: '1970-01-01T00:00:00.000Z' } })
  })

  it('hands on the null of a function that returns nothing', async () => {
    const wrapped = { FunctionName: 'echo', Payload: { 'got.$': '$', 'price.$': "States.Format('{} $', 7)" } }
    const outcome = await run(
      {
        Quiet: task('quiet', { Next: 'Wrap' }),
        Wrap: task('echo', { Parameters: wrapped, InputPath: '$', End: true }),
      },
      { functions: { quiet: async () => {} } },
    )
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { got: null, price: '7 $' } })
  })

  it('knows its execution, by the clock that it was given, in a branch too', async () => {
    const context = {
      'name.$': '$$.Execution.Name',
      'start.$': '$$.Execution.StartTime',
      'to.$': '$$.Execution.Input.to',
    }
    const told = { Type: 'Pass', Parameters: context, End: true }
    const outcome = await run(
      { Both: { Type: 'Parallel', Parameters: { narrowed: true }, Branches: [machine({ Told: told })], End: true } },
      { input: { to: 'moh' } },
    )
    const expected = { name: 'handover-000000000001', start: '2026-03-01T02:03:04.000Z', to: 'moh' }
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [expected] })
  })

  it('puts a result in the place of the whole where its path is $', async () => {
    const outcome = await run({ Call: task('echo', { ResultPath: '$', End: true }) }, { input: { a: 1 } })
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { a: 1 } })
  })

  it.each([
    ['IsPresent: false of what is absent', { Variable: '$.none', IsPresent: false }, true],
    ['IsPresent: false of what is there', { Variable: '$.text', IsPresent: false }, false],
    ['IsNull: false of a text', { Variable: '$.text', IsNull: false }, true],
    ['a text that looks like a number', { Variable: '$.text', NumericLessThan: 10 }, false],
    ['a pattern and a number', { Variable: '$.number', StringMatches: '*' }, false],
    ['a pattern and a text', { Variable: '$.text', StringMatches: '5*' }, true],
    ['not a greater number', { Not: { Variable: '$.number', NumericGreaterThan: 7 } }, true],
    [
      'both of two',
      {
        And: [
          { Variable: '$.number', NumericEqualsPath: '$.number' },
          { Variable: '$.text', StringEquals: '5' },
        ],
      },
      true,
    ],
    ['not a text that is no number', { Not: { Variable: '$.text', NumericLessThan: 10 } }, true],
    ['one of two that do not compare', { Or: [{ And: [{ Variable: '$.text', NumericLessThan: 10 }] }] }, false],
    ['an instant and a text', { Variable: '$.text', TimestampLessThan: '2026-03-01T00:00:00Z' }, false],
  ])('chooses as AWS does: %s', async (_what, rule, expected) => {
    const outcome = await run(
      {
        Choose: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: { chosen: 'yes' }, End: true },
        No: { Type: 'Pass', Result: { chosen: 'no' }, End: true },
      },
      { input: { text: '5', number: 7 } },
    )
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { chosen: expected ? 'yes' : 'no' } })
  })

  it('fails with the name of the error that a function threw, and with what Lambda says of it', async () => {
    const outcome = await run({ Refuse: task('refuse') })
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'RangeError' })
    expect(JSON.parse('cause' in outcome ? outcome.cause : '')).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'the cut lies in the future',
    })
  })

  it('catches a named error and goes on', async () => {
    const outcome = await run({
      Refuse: task('refuse', {
        Catch: [{ ErrorEquals: ['RangeError'], ResultPath: '$.error', Next: 'After' }],
        End: true,
      }),
      After: { Type: 'Pass', Parameters: { 'error.$': '$.error.Error' }, End: true },
    })
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { error: 'RangeError' } })
  })

  it('ends, whatever it catches, at a path that leads nowhere', async () => {
    const Parameters = { FunctionName: 'echo', 'Payload.$': '$.none' }
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Never' }]
    const outcome = await run({ Call: task('echo', { Parameters, Catch, End: true }), Never: { Type: 'Succeed' } })
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('.none'),
    })
  })

  it('retries at once as often as it is told to', async () => {
    let tries = 0
    const third = async () => {
      if (++tries < 3) throw new Error('not yet')
      return tries
    }
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 3600, MaxAttempts: 2 }]
    const outcome = await run({ Third: task('third', { Retry, End: true }) }, { functions: { third } })
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: 3 })
  })

  it('does not sit out a wait', async () => {
    const outcome = await run({ Wait: { Type: 'Wait', Seconds: 86_400, End: true } }, { input: { a: 1 } })
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { a: 1 } })
  })

  it('chooses so in branches and iterations too', async () => {
    const Choices = [{ Variable: '$.none', IsPresent: false, Next: 'Yes' }]
    const inBranch = machine({ Choose: { Type: 'Choice', Choices }, Yes: { Type: 'Succeed' } })
    const inIteration = machine({
      Pick: { Type: 'Choice', Choices: [{ ...Choices[0], Next: 'Picked' }] },
      Picked: { Type: 'Succeed' },
    })
    const outcome = await run(
      {
        Branch: { Type: 'Parallel', Branches: [inBranch], ResultPath: null, Next: 'Iterate' },
        Iterate: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: inIteration, End: true },
      },
      { input: { items: [{ a: 1 }] } },
    )
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [{ a: 1 }] })
  })

  it('waits for a function as long as Lambda lets it run, 15 minutes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const called = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    const slow = async () => {
      called.resolve()
      return answer.promise
    }
    const running = run({ Each: distributedMap({ Slow: task('slow') }) }, { functions: { slow }, items: ['part'] })
    await called.promise
    vi.advanceTimersByTime(899_999)
    answer.resolve('done')
    expect(await running).toEqual({ status: 'SUCCEEDED', output: ['done'] })
  })

  it('gives up a function after that', async () => {
    const { never, called } = neverAnswers()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const running = run({ Slow: task('never') }, { functions: { never } })
    await called
    vi.advanceTimersByTime(900_000)
    expect(await running).toMatchObject({ status: 'FAILED', error: 'Sandbox.Timedout' })
  })

  it.each([
    ['a task', { ...machine({ Slow: task('never', { TimeoutSeconds: 30, End: true }) }) }],
    ['an execution', { ...machine({ Slow: task('never') }), TimeoutSeconds: 30 }],
  ])('gives up %s after its timeout', async (_what, definition) => {
    const { never, called } = neverAnswers()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const running = runDefinition(definition, { functions: { never } })
    await called
    vi.advanceTimersByTime(30_000)
    expect(await running).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
  })

  it('fails with the error and the cause of a Fail state', async () => {
    const outcome = await run({ Stop: { Type: 'Fail', Error: 'RowsLost', Cause: 'two of nine' } })
    expect(outcome).toEqual({ status: 'FAILED', error: 'RowsLost', cause: 'two of nine' })
    expect(await run({ Stop: { Type: 'Fail' } })).toEqual({ status: 'FAILED', error: '', cause: '' })
  })

  it('reports each state as it is entered, fails and is left', async () => {
    const events: string[] = []
    const onEvent = (event: MachineEvent) => events.push(`${event.kind} ${event.state}`)
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'After' }]
    await run({ Refuse: task('refuse', { Catch, End: true }), After: { Type: 'Succeed' } }, { onEvent })
    expect(events).toEqual(['entered Refuse', 'failed Refuse', 'exited Refuse', 'entered After', 'exited After'])
  })

  it('tells what a function of its own answered, and not what those of children did', async () => {
    const answers: unknown[] = []
    const onEvent = (event: MachineEvent) => {
      if (event.kind === 'answered') answers.push([event.state, event.answer])
    }
    const Each = distributedMap({ Child: task('echo') })
    await run({ Ask: task('echo', { ResultPath: null, Next: 'Each' }), Each }, { input: { n: 1 }, items: [1], onEvent })
    expect(answers).toEqual([['Ask', { n: 1 }]])
  })

  it('throws the reason of the signal that stops it, once the function under way has answered', async () => {
    const stop = new AbortController()
    const calls: string[] = []
    const first = async () => {
      stop.abort(new Error('the operator stopped it'))
      await sleep(20)
      calls.push('first')
    }
    const second = async () => calls.push('second')
    const states = { First: task('first', { Next: 'Second' }), Second: task('second') }
    const running = run(states, { functions: { first, second }, signal: stop.signal })
    await expect(running).rejects.toThrow('the operator stopped it')
    expect(calls).toEqual(['first'])
  })
})

describe('a Distributed Map', () => {
  it('runs a child for each item and returns their outputs in the order of the items', async () => {
    const later = async (item: number) => {
      await sleep(10 - item)
      return item * item
    }
    const outcome = await run(
      { Each: distributedMap({ Square: task('later') }) },
      { functions: { later }, items: [1, 2, 3] },
    )
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [1, 4, 9] })
  })

  it('reads the object that its reader names', async () => {
    const readers: ItemReader[] = []
    const readItems = async function* (reader: ItemReader) {
      readers.push(reader)
      yield* ['part-1', { key: 'part-2' }]
    }
    const ItemReader = {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { 'Bucket.$': '$.bucket', 'Key.$': "States.Format('plans/{}.json', $.sequence)" },
    }
    const outcome = await run(
      { Each: distributedMap({ Echo: task('echo') }, { InputPath: '$.plan', ItemReader, End: true }) },
      { input: { plan: { bucket: 'work', sequence: 7 } }, readItems },
    )
    expect(readers).toEqual([{ bucket: 'work', key: 'plans/7.json', inputType: 'JSON' }])
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: ['part-1', { key: 'part-2' }] })
  })

  it('makes the input of each child out of its item, its index and the input of the Map', async () => {
    const ItemSelector = {
      'file.$': '$$.Map.Item.Value.key',
      'index.$': '$$.Map.Item.Index',
      'sequence.$': '$.sequence',
      'execution.$': '$$.Execution.Name',
    }
    const outcome = await run(
      { Each: distributedMap({ Echo: task('echo') }, { ItemSelector, End: true }) },
      { items: [{ key: 'a' }, { key: 'b' }], input: { sequence: 7 } },
    )
    const shared = { sequence: 7, execution: 'handover-000000000001' }
    const output = [
      { file: 'a', index: 0, ...shared },
      { file: 'b', index: 1, ...shared },
    ]
    expect(outcome).toEqual({ status: 'SUCCEEDED', output })
  })

  it('runs no more children at once than it may, and all that it may', async () => {
    let running = 0
    let most = 0
    const count = async () => {
      most = Math.max(most, ++running)
      await sleep(5)
      running--
    }
    const Each = distributedMap({ Count: task('count') }, { MaxConcurrency: 3, ResultPath: null, End: true })
    const outcome = await run(
      { Each },
      { functions: { count }, items: Array.from({ length: 10 }, String), input: { kept: true } },
    )
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { kept: true } })
    expect(most).toBe(3)
  })

  it('fails at the first child that fails, stops those under way and starts no other', async () => {
    const calls: string[] = []
    const convert = async (part: string) => {
      calls.push(part)
      if (part === 'bad') throw new RangeError('no such column')
      await sleep(20)
    }
    const after = async () => calls.push('after')
    const child = { Convert: task('convert', { Next: 'After' }), After: task('after') }
    const outcome = await run(
      { Each: distributedMap(child, { MaxConcurrency: 2, End: true }) },
      { functions: { convert, after }, items: ['good', 'bad', 'late'] },
    )
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: expect.stringContaining(
        'item 1 failed with RangeError: {"errorType":"RangeError","errorMessage":"no such column"',
      ),
    })
    await sleep(40)
    expect(calls).toEqual(['good', 'bad'])
  })

  it('starts no child once it is stopped', async () => {
    const stop = new AbortController()
    const readItems = async function* () {
      yield 'part-1'
      stop.abort(new Error('the operator stopped it'))
    }
    const Forever = { Type: 'Pass', Next: 'Forever' }
    const running = run({ Each: distributedMap({ Forever }) }, { readItems, signal: stop.signal })
    await expect(running).rejects.toThrow('the operator stopped it')
  })

  it('has stopped all its children when its failure is caught', async () => {
    const calls: string[] = []
    const convert = async (part: string) => {
      if (part === 'bad') throw new RangeError('no such column')
      await sleep(10)
      calls.push(part)
    }
    const next = async () => calls.push('next part')
    const recover = async () => {
      calls.push('recover')
      await sleep(20)
      calls.push('recovered')
    }
    const child = { Convert: task('convert', { Next: 'After' }), After: task('next') }
    const Catch = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], ResultPath: null, Next: 'Recover' }]
    const outcome = await run(
      {
        Each: distributedMap(child, { Catch, End: true }),
        Recover: task('recover', { ResultPath: null, OutputPath: '$', End: true }),
      },
      { functions: { convert, next, recover }, items: ['good', 'bad'], input: { kept: true } },
    )
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { kept: true } })
    expect(calls).toEqual(['good', 'recover', 'recovered'])
  })

  it('runs a Distributed Map inside a child, and an inline Map beside it', async () => {
    const inner = distributedMap({ Echo: task('echo') }, { ResultPath: '$.inner', End: true })
    const Inline = {
      Type: 'Map',
      ItemsPath: '$.names',
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...machine({ Name: task('echo') }) },
      ResultPath: '$.inline',
      Next: 'Outer',
    }
    const Outer = distributedMap({ Inner: inner }, { ResultPath: '$.outer', End: true })
    const outcome = await run({ Inline, Outer }, { items: [{ n: 1 }], input: { names: ['a', 'b'] } })
    const output = { names: ['a', 'b'], inline: ['a', 'b'], outer: [{ n: 1, inner: [{ n: 1 }] }] }
    expect(outcome).toEqual({ status: 'SUCCEEDED', output })
  })

  it('tells how many children are done', async () => {
    const progress: string[] = []
    const onEvent = (event: MachineEvent) => {
      if (event.kind === 'progress') progress.push(`${event.state} ${event.done}/${event.total}`)
    }
    await run({ Each: distributedMap({ Echo: task('echo') }) }, { items: ['a', 'b'], onEvent })
    expect(progress).toEqual(['Each 0/2', 'Each 1/2', 'Each 2/2'])
  })

  it('fails when its items cannot be read', async () => {
    const readItems = async function* () {
      yield 'part-1'
      throw new Error('NoSuchKey: plan.json')
    }
    const outcome = await run({ Each: distributedMap({ Echo: task('echo') }) }, { readItems })
    expect(outcome).toEqual({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: 'Error: NoSuchKey: plan.json',
    })
  })

  it('is stopped when a branch beside it fails', async () => {
    const calls: number[] = []
    const slow = async (item: number) => {
      calls.push(item)
      await sleep(10)
    }
    const Each = distributedMap({ Slow: task('slow') }, { MaxConcurrency: 1, End: true })
    const Both = { Type: 'Parallel', Branches: [machine({ Each }), machine({ Refuse: task('refuse') })], End: true }
    const outcome = await run({ Both }, { functions: { slow }, items: [1, 2, 3, 4] })
    const called = calls.length
    await sleep(40)
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'RangeError' })
    expect(calls.length).toBe(called)
  })
})

describe("AWS's limits", () => {
  const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Never' }], End: true }
  const never = { Never: { Type: 'Succeed' } }
  const full = { status: 'FAILED', cause: 'The execution reached the maximum number of history events (25000).' }
  const tooLarge = { status: 'FAILED', error: 'States.DataLimitExceeded' }
  const text = (bytes: number) => 'x'.repeat(bytes - 2)

  it('takes an input of 256 KiB and not a byte more, in UTF-8', async () => {
    const states = { Pass: { Type: 'Pass', Result: { small: true }, End: true } }
    expect(await run(states, { input: text(largest) })).toMatchObject({ status: 'SUCCEEDED' })
    expect(await run(states, { input: text(largest + 1) })).toMatchObject(tooLarge)
    expect(await run(states, { input: 'ế'.repeat(largest / 3) })).toMatchObject(tooLarge)
  })

  it('sends no function more than 256 KiB', async () => {
    let calls = 0
    const count = async () => ++calls
    const twice = { FunctionName: 'count', Payload: { 'a.$': '$', 'b.$': '$' } }
    const outcome = await run(
      { Twice: task('count', { Parameters: twice, ...caught }), ...never },
      { functions: { count }, input: text(largest / 2) },
    )
    expect(outcome).toMatchObject(tooLarge)
    expect(calls).toBe(0)
  })

  it('takes no more than 256 KiB from a function, whatever the state keeps of it', async () => {
    const states = { Large: task('large', { ResultPath: null, OutputPath: '$', ...caught }), ...never }
    expect(await run(states, { functions: { large: async () => text(largest) } })).toMatchObject(tooLarge)
    expect(await run(states, { functions: { large: async () => text(largest - 100) } })).toMatchObject({
      status: 'SUCCEEDED',
    })
  })

  it('lets no state return more than 256 KiB, and calls no function after it', async () => {
    let calls = 0
    const count = async () => ++calls
    const Double = { Type: 'Pass', ResultPath: '$.again', Next: 'Count' }
    const Count = task('count', { Parameters: { FunctionName: 'count', Payload: 'small' }, End: true })
    const outcome = await run({ Double, Count }, { functions: { count }, input: { a: text(largest / 2) } })
    expect(outcome).toEqual({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: `State 'Double' returns ${largest + 21} bytes, the limit is ${largest}`,
    })
    expect(calls).toBe(0)
  })

  it('sees so in time however deep the branch', async () => {
    let calls = 0
    const count = async () => ++calls
    const Double = { Type: 'Pass', ResultPath: '$.again', Next: 'Count' }
    const Count = task('count', { Parameters: { FunctionName: 'count', Payload: 'small' }, End: true })
    let branch = machine({ Double, Count })
    for (const level of Array(20).keys())
      branch = machine({ [level]: { Type: 'Parallel', Branches: [branch], End: true } })
    const outcome = await runDefinition(branch, { functions: { count }, input: { a: text(largest / 2) } })
    expect(outcome).toMatchObject(tooLarge)
    expect(calls).toBe(0)
  })

  it('counts the outputs of all children, even where they are thrown away', async () => {
    const Each = distributedMap({ Echo: task('echo') }, { ResultPath: null, ...caught })
    const items = Array.from({ length: 3 }, () => text(largest / 3))
    expect(await run({ Each, ...never }, { items })).toMatchObject(tooLarge)
    expect(await run({ Each, ...never }, { items: items.slice(1) })).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('reads no list of items above 5 GiB', () => {
    const gibibyte = 1024 ** 3
    expect(itemListFailure(5 * gibibyte)).toBeUndefined()
    expect(itemListFailure(5 * gibibyte + 1)).toMatchObject({ error: 'States.ItemReaderFailed' })
  })

  it('counts what a run came to, children included', async () => {
    const usage = new UsageCounter()
    const Each = distributedMap({ Echo: task('echo') })
    await runDefinition(machine({ Each }), { items: ['a', 'bb'], usage })
    // The map and a state in each of two children, and the start of all three executions
    expect({ ...usage }).toEqual({
      largestPayloadBytes: 61,
      mostHistoryEvents: 8,
      transitions: 6,
      maps: { Each: { children: 2, listBytes: 9 } },
    })
  })

  it('holds each child to 256 KiB', async () => {
    const outcome = await run({ Each: distributedMap({ Echo: task('echo') }) }, { items: [text(largest + 1)] })
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: expect.stringContaining('item 0 failed with States.DataLimitExceeded'),
    })
  })

  const loop = { ResultPath: null, Next: 'Loop' }
  const step = machine({ Step: { Type: 'Pass', End: true } })
  // Of 25,000 events 2 are the execution's own
  it.each([
    ['a Pass, 2', { Type: 'Pass', ...loop }, 12_499],
    ['a Choice, 2', { Type: 'Choice', Choices: [], Default: 'Loop' }, 12_499],
    ['a Task, 5', task('echo', { ...loop, OutputPath: '$' }), 4_999],
    ['a Parallel, 4, and in it a Pass', { Type: 'Parallel', Branches: [step], ...loop }, 4_166],
    [
      'a Map, 4, and in its iteration, 2, a Pass',
      { Type: 'Map', ItemsPath: '$.one', ItemProcessor: step, ...loop },
      3_125,
    ],
    ['a Distributed Map, 6', distributedMap({ Echo: task('echo') }, loop), 4_166],
  ])('counts the events of %s', async (_what, state, rounds) => {
    let entered = 0
    const onEvent = (event: MachineEvent) => {
      if (event.kind === 'entered' && event.state === 'Loop') entered++
    }
    expect(await run({ Loop: state }, { input: { one: [1] }, onEvent })).toMatchObject(full)
    expect(entered).toBe(rounds)
  })

  it('counts waits, 2, each a millisecond longer than the one before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let ended = false
    const running = run({ Loop: { Type: 'Wait', Seconds: 60, Next: 'Loop' } }).finally(() => {
      ended = true
    })
    const waits = 12_499
    await vi.advanceTimersByTimeAsync((waits * (waits - 1)) / 2 - 1)
    expect(ended).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await running).toMatchObject(full)
  })

  it('counts each retry, 3', async () => {
    let calls = 0
    const fail = async () => {
      calls++
      throw new Error('always')
    }
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 9 }]
    const Catch = [{ ErrorEquals: ['States.ALL'], ...loop }]
    expect(await run({ Loop: task('fail', { Retry, Catch, End: true }) }, { functions: { fail } })).toMatchObject(full)
    // 781 rounds of 5 and nine times 3 leave 6 events: one more try, and none again
    expect(calls).toBe(7_810 + 1)
  })

  it('lets a history have 25,000 events', async () => {
    const count = async ({ n }: { n: number }) => ({ n: n + 1 })
    // 2 of the execution, 7 in each of 3,571 rounds and 1 of the Fail state
    const states = {
      Count: task('count', { Next: 'More' }),
      More: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 3_571, Next: 'Count' }], Default: 'Stop' },
      Stop: { Type: 'Fail', Error: 'Counted' },
    }
    const outcome = await run(states, { functions: { count }, input: { n: 0 } })
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Counted' })
  })

  it('gives each child a history of its own', async () => {
    const counted = async ({ n }: { n: number }) => ({ n: n + 1 })
    const child = {
      Count: task('counted', { Next: 'More' }),
      More: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 2_000, Next: 'Count' }], Default: 'Done' },
      Done: { Type: 'Succeed' },
    }
    const outcome = await run({ Each: distributedMap(child) }, { functions: { counted }, items: [{ n: 0 }, { n: 0 }] })
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' })
  })
})
