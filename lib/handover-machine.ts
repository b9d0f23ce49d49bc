/** The steps of a handover that run as Lambdas, in the order in which the machine takes them. */
export const handoverSteps = [
  'start',
  'export',
  'check-source',
  'convert',
  'merge',
  'match',
  'plan',
  'compact',
  'compare',
  'reconcile',
  'place',
  'publish',
  'notify',
  'abandon',
] as const
export type HandoverStep = (typeof handoverSteps)[number]

/** One value for each step. */
export function byStep<Value>(of: (step: HandoverStep) => Value): Readonly<Record<HandoverStep, Value>> {
  return Object.fromEntries(handoverSteps.map(step => [step, of(step)])) as Record<HandoverStep, Value>
}

export interface HandoverMachine {
  /** Name or ARN of each step's function. */
  readonly functions: Readonly<Record<HandoverStep, string>>
  readonly workBucket: string
}

/**
 * The handover in the Amazon States Language (JSONPath): the stack deploys this definition, and the embedded stack runs it.
 * Documents stay in the work bucket; from state to state travel only the sequence and where to read.
 */
export function handoverDefinition({ functions, workBucket }: HandoverMachine) {
  const invoke = (step: HandoverStep, payload: object) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: functions[step], Payload: payload },
    Retry: [
      { ErrorEquals: passingErrors, IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2 },
      { ErrorEquals: processErrors, IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2 },
    ],
  })
  const step = (name: HandoverStep, payload: object, Next: string) => ({
    ...invoke(name, { 'sequence.$': '$.sequence', ...payload }),
    ResultPath: null,
    Catch: abandoned,
    Next,
  })
  const each = (name: HandoverStep, list: string, item: string, MaxConcurrency: number, Next: string) => ({
    Type: 'Map',
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: workBucket, 'Key.$': `States.Format('{}/${list}.json', $.root)` },
    },
    ItemSelector: { 'sequence.$': '$.sequence', [`${item}.$`]: '$$.Map.Item.Value' },
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: `${name}-one`,
      States: {
        [`${name}-one`]: {
          ...invoke(name, { 'sequence.$': '$.sequence', [`${item}.$`]: `$.${item}` }),
          ResultSelector: {},
          End: true,
        },
      },
    },
    MaxConcurrency,
    ToleratedFailurePercentage: 0,
    ResultPath: null,
    Catch: abandoned,
    Next,
  })
  return {
    Comment: 'Hands over the household database: export, convert, merge, compact, compare, reconcile, publish, notify',
    StartAt: 'Start',
    States: {
      Start: {
        ...invoke('start', { 'execution.$': '$$.Execution.Name', 'input.$': '$$.Execution.Input' }),
        ResultSelector: {
          'sequence.$': '$.Payload.sequence',
          'root.$': '$.Payload.root',
          'mode.$': '$.Payload.mode',
          'insteadOfDelta.$': '$.Payload.insteadOfDelta',
          'recipients.$': '$.Payload.recipients',
        },
        Next: 'Export',
      },
      Export: {
        ...invoke('export', { 'sequence.$': '$.sequence' }),
        ResultSelector: { 'export.$': '$.Payload' },
        ResultPath: '$.exported',
        Catch: abandoned,
        Next: 'IsExported',
      },
      IsExported: {
        Type: 'Choice',
        Choices: [{ Variable: '$.exported.export.status', StringEquals: 'COMPLETED', Next: 'CheckSource' }],
        Default: 'WaitForExport',
      },
      WaitForExport: { Type: 'Wait', Seconds: 30, Next: 'Export' },
      CheckSource: step('check-source', { 'summaryKeys.$': '$.exported.export.summaryKeys' }, 'Convert'),
      Convert: each('convert', 'data-files', 'dataFile', 500, 'Merge'),
      Merge: each('merge', 'merges', 'merge', 200, 'Match'),
      Match: each('match', 'buckets', 'bucket', 256, 'Plan'),
      Plan: step('plan', {}, 'Compact'),
      Compact: each('compact', 'units', 'unit', 200, 'Compare'),
      Compare: each('compare', 'comparisons', 'comparison', 200, 'Reconcile'),
      Reconcile: step('reconcile', {}, 'Place'),
      Place: each('place', 'final-files', 'file', 200, 'Publish'),
      Publish: {
        Type: 'Map',
        ItemsPath: '$.recipients',
        ItemSelector: { 'sequence.$': '$.sequence', 'recipient.$': '$$.Map.Item.Value' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'publish-one',
          States: {
            'publish-one': {
              ...invoke('publish', { 'sequence.$': '$.sequence', 'recipient.$': '$.recipient' }),
              ResultSelector: {},
              End: true,
            },
          },
        },
        MaxConcurrency: 1,
        ResultPath: null,
        Catch: abandoned,
        Next: 'Notify',
      },
      Notify: step('notify', {}, 'Done'),
      Done: { Type: 'Succeed' },
      Abandon: {
        ...invoke('abandon', { 'sequence.$': '$.sequence', 'failure.$': '$.failure' }),
        ResultPath: null,
        Next: 'Abandoned',
      },
      Abandoned: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
    },
  }
}

/** A service behind a step, by the name that `job` gives it, Lambda, or the way to Lambda, may answer a moment later; a fault of the data is final. */
const passingErrors = [
  'PassingFailure',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
]

/** The function's process ended in the midst of its work, which the next one takes up; a step that ends it each time is not taken for ever. */
const processErrors = ['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout']

const abandoned = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Abandon' }]
