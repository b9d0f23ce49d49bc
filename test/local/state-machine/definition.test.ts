import { describe, expect, it } from 'vitest'
import { distributedMap, machine, run, runDefinition, task } from './machines.ts'

const done = { Done: { Type: 'Succeed' } }
const child = { Child: task('echo') }

function each(fields: object) {
  return { Each: { ...distributedMap(child), ...fields } }
}

describe('a definition', () => {
  it('is refused before any function runs, with every state and field that is not honoured', async () => {
    let calls = 0
    const count = async () => ++calls
    const states = {
      First: task('count', { Next: 'Second' }),
      Second: task('echo', { End: true, Assign: {}, HeartbeatSeconds: 5 }),
    }
    const running = run(states, { functions: { count } })
    await expect(running).rejects.toThrow(
      "State 'Second', Assign: not honoured here, leave it out\nState 'Second', HeartbeatSeconds: not honoured here, leave it out",
    )
    expect(calls).toBe(0)
  })

  it.each([
    [
      'JSONata',
      { ...machine(done), QueryLanguage: 'JSONata' },
      `State machine, QueryLanguage: came "JSONata"; Invalid input: expected "JSONPath"`,
    ],
    ['a version to come', { ...machine(done), Version: '2.0' }, 'State machine, Version: came "2.0"'],
    ['an unknown field', { ...machine(done), Durable: true }, 'State machine, Durable: not honoured here'],
    [
      'a start that is not there',
      { ...machine(done), StartAt: 'Dnoe' },
      `State machine, StartAt: came "Dnoe"; expected one of Done`,
    ],
    [
      'a timeout that a timer cannot hold',
      { ...machine(done), TimeoutSeconds: 2_147_484 },
      'State machine, TimeoutSeconds',
    ],
    ['no definition', undefined, 'State machine, : came undefined'],
  ])('is refused with %s', async (_what, definition, message) => {
    await expect(runDefinition(definition)).rejects.toThrow(message)
  })

  it.each<[what: string, states: Readonly<Record<string, unknown>>, message: string]>([
    [
      'JSONata in a state',
      { Call: task('echo', { QueryLanguage: 'JSONata', End: true }) },
      "State 'Call', QueryLanguage: not honoured",
    ],
    [
      'JSONata arguments',
      { Call: task('echo', { Arguments: {}, End: true }) },
      "State 'Call', Arguments: not honoured",
    ],
    ['variables', { Set: { Type: 'Pass', Assign: { a: 1 }, End: true } }, "State 'Set', Assign: not honoured"],
    [
      'a task token',
      { Call: task('echo', { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true }) },
      "State 'Call', Resource: came",
    ],
    [
      'a synchronous run',
      { Call: task('echo', { Resource: 'arn:aws:states:::states:startExecution.sync:2', End: true }) },
      "State 'Call', Resource: came",
    ],
    [
      'an SDK call',
      { Call: task('echo', { Resource: 'arn:aws:states:::aws-sdk:dynamodb:describeExport', End: true }) },
      "State 'Call', Resource: came",
    ],
    [
      'a function by its ARN alone',
      { Call: task('echo', { Resource: 'arn:aws:lambda:ap-southeast-1:000000000000:function:echo', End: true }) },
      "State 'Call', Resource: came",
    ],
    [
      'a function that is not there',
      { Call: task('ehco') },
      `State 'Call', Parameters.FunctionName: came "ehco"; expected one of echo, refuse`,
    ],
    [
      'a function chosen at run time',
      { Call: task('echo', { Parameters: { 'FunctionName.$': '$.f', Payload: {} }, End: true }) },
      "State 'Call', Parameters.FunctionName.$: not honoured",
    ],
    [
      'an asynchronous call',
      { Call: task('echo', { Parameters: { FunctionName: 'echo', Payload: {}, InvocationType: 'Event' }, End: true }) },
      "State 'Call', Parameters.InvocationType: not honoured",
    ],
    [
      'no payload',
      { Call: task('echo', { Parameters: { FunctionName: 'echo' }, End: true }) },
      "State 'Call', Parameters: came",
    ],
    [
      'a timeout from the input',
      { Call: task('echo', { TimeoutSecondsPath: '$.t', End: true }) },
      "State 'Call', TimeoutSecondsPath: not honoured",
    ],
    ['credentials', { Call: task('echo', { Credentials: {}, End: true }) }, "State 'Call', Credentials: not honoured"],
    [
      'more children at once than AWS runs',
      each({ MaxConcurrency: 10_001 }),
      "State 'Each', MaxConcurrency: came 10001",
    ],
    ['an unknown type', { Call: { Type: 'Human', End: true } }, "State 'Call', Type: came"],
    ['both Next and End', { Call: task('echo', { Next: 'Done', End: true }), ...done }, "State 'Call', Next: came"],
    ['neither Next nor End', { Call: task('echo', {}) }, "State 'Call', Next: came"],
    [
      'a next state that is not there',
      { Call: task('echo', { Next: 'Gone' }) },
      `State 'Call', Next: came "Gone"; expected one of Call`,
    ],
    [
      'a state to catch in that is not there',
      { Call: task('echo', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Gone' }], End: true }) },
      `State 'Call', Catch: came "Gone"`,
    ],
    [
      'an unknown field of a retry',
      { Call: task('echo', { Retry: [{ ErrorEquals: ['States.ALL'], MaxRetries: 2 }], End: true }) },
      "State 'Call', Retry.0.MaxRetries: not honoured",
    ],
    [
      'an error that nothing catches',
      { Call: task('echo', { Retry: [{ ErrorEquals: ['States.DataLimitExceeded'] }], End: true }) },
      "State 'Call', Retry.0.ErrorEquals.0: came",
    ],
    [
      'a wildcard in a path',
      { Call: task('echo', { InputPath: '$.files[*]', End: true }) },
      "State 'Call', InputPath: came",
    ],
    [
      'a length in a path',
      { Call: task('echo', { OutputPath: '$.files.length', End: true }) },
      "State 'Call', OutputPath: came",
    ],
    [
      'a filter in a template',
      { Set: { Type: 'Pass', Parameters: { a: { 'b.$': '$.f[?(@.c)]' } }, End: true } },
      "State 'Set', Parameters.a.b.$: came",
    ],
    [
      'an intrinsic function that differs',
      { Set: { Type: 'Pass', Parameters: { 'b.$': 'States.JsonToString($)' }, End: true } },
      "State 'Set', Parameters.b.$: came",
    ],
    [
      'a state of the context that is not kept',
      { Set: { Type: 'Pass', Parameters: { 'b.$': '$$.State.EnteredTime' }, End: true } },
      "State 'Set', Parameters.b.$: came",
    ],
    [
      'a map item outside a Map',
      { Set: { Type: 'Pass', Parameters: { 'b.$': '$$.Map.Item.Value' }, End: true } },
      "State 'Set', Parameters.b.$: came",
    ],
    ['a result that the engine drops', { Set: { Type: 'Pass', Result: 0, End: true } }, "State 'Set', Result: came 0"],
    [
      'a result path into a list',
      { Set: { Type: 'Pass', ResultPath: '$.a[0]', End: true } },
      "State 'Set', ResultPath: came",
    ],
    [
      'an unknown test of a choice',
      { Pick: { Type: 'Choice', Choices: [{ Not: { Variable: '$.a', NumericIsOdd: true }, Next: 'Done' }] }, ...done },
      "State 'Pick', Choices.0.Not.NumericIsOdd: not honoured",
    ],
    [
      'two tests of a choice',
      { Pick: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, IsString: true, Next: 'Done' }] }, ...done },
      "State 'Pick', Choices.0: came",
    ],
    [
      'a choice that leads nowhere',
      { Pick: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true }] }, ...done },
      "State 'Pick', Choices: came undefined",
    ],
    [
      'a default that is not there',
      { Pick: { Type: 'Choice', Choices: [], Default: 'Gone' }, ...done },
      "State 'Pick', Default: came",
    ],
    [
      'a pattern with more than *',
      { Pick: { Type: 'Choice', Choices: [{ Variable: '$.a', StringMatches: 'a?', Next: 'Done' }] }, ...done },
      "State 'Pick', Choices.0.StringMatches: came",
    ],
    [
      'one name for two states',
      { Both: { Type: 'Parallel', Branches: [machine(done), machine(done)], End: true } },
      "State 'Done', name",
    ],
    [
      'what is not honoured in a branch',
      { Both: { Type: 'Parallel', Branches: [machine({ Call: task('echo', { Assign: {}, End: true }) })], End: true } },
      "State 'Call', Assign: not honoured",
    ],
  ])('is refused with %s', async (_what, states, message) => {
    await expect(run(states)).rejects.toThrow(message)
  })

  it.each<[what: string, states: Readonly<Record<string, unknown>>, message: string]>([
    ['batches', each({ ItemBatcher: { MaxItemsPerBatch: 10 } }), "State 'Each', ItemBatcher: not honoured"],
    ['a result writer', each({ ResultWriter: {} }), "State 'Each', ResultWriter: not honoured"],
    ['tolerated failures', each({ ToleratedFailurePercentage: 5 }), "State 'Each', ToleratedFailurePercentage: came 5"],
    [
      'a count of tolerated failures',
      each({ ToleratedFailureCount: 0 }),
      "State 'Each', ToleratedFailureCount: not honoured",
    ],
    [
      'a concurrency from the input',
      each({ MaxConcurrencyPath: '$.n' }),
      "State 'Each', MaxConcurrencyPath: not honoured",
    ],
    ['the former name of the processor', each({ Iterator: machine(child) }), "State 'Each', Iterator: not honoured"],
    ['the former name of the selector', each({ Parameters: {} }), "State 'Each', Parameters: not honoured"],
    [
      'Express children',
      each({
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, ...machine(child) },
      }),
      `State 'Each', ItemProcessor, ProcessorConfig.ExecutionType: came "EXPRESS"; Invalid input: expected "STANDARD"`,
    ],
    ['items of the input', each({ ItemsPath: '$.files' }), "State 'Each', ItemsPath: came"],
    [
      'no reader',
      { Each: { Type: 'Map', ItemProcessor: distributedMap(child).ItemProcessor, End: true } },
      "State 'Each', ItemReader: came undefined",
    ],
    ['a reader in an inline Map', each({ ItemProcessor: machine(child) }), "State 'Each', ItemReader: came"],
    [
      'a list of objects',
      each({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: {},
        },
      }),
      "State 'Each', ItemReader.Resource: came",
    ],
    [
      'CSV',
      each({
        ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'CSV' }, Parameters: {} },
      }),
      "State 'Each', ItemReader.ReaderConfig.InputType: came",
    ],
    [
      'part of the items',
      each({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON', MaxItems: 5 },
          Parameters: {},
        },
      }),
      "State 'Each', ItemReader.ReaderConfig.MaxItems: not honoured",
    ],
    [
      'a version of the object',
      each({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { VersionId: '1' },
        },
      }),
      "State 'Each', ItemReader.Parameters.VersionId: not honoured",
    ],
    [
      'an error of tasks, which a Map does not have',
      each({ Retry: [{ ErrorEquals: ['States.TaskFailed'] }] }),
      "State 'Each', ErrorEquals: came",
    ],
    [
      'what is not honoured in a child',
      { Each: distributedMap({ Call: task('echo', { Assign: {}, End: true }) }) },
      "State 'Call', Assign: not honoured",
    ],
  ])('is refused with a Map of %s', async (_what, states, message) => {
    await expect(run(states)).rejects.toThrow(message)
  })
})
