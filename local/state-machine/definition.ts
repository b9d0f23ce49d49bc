import { z } from 'zod'
import { choiceRule } from './choice.ts'
import { expression, itemTemplate, path, template } from './expression.ts'
import { mostChildrenAtOnce } from './limits.ts'

/** A definition in the Amazon States Language, in JSONPath. What its states may say is `state`, below. */
export interface StateMachineDefinition {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
  readonly TimeoutSeconds?: number | undefined
}
export type State = z.infer<typeof state>
export type MapState = z.infer<typeof map>

/** Node keeps a timer's milliseconds in 31 bits; a longer one fires at once. */
export const longestSeconds = 2_147_483

const comment = { Comment: z.string().optional() }
const seconds = z.int().min(1).max(longestSeconds)
const nested = z.custom<StateMachineDefinition>(value => typeof value === 'object' && value !== null)

const states = { StartAt: z.string(), States: z.record(z.string(), z.unknown()) }
export const stateMachine = z.strictObject({
  ...comment,
  QueryLanguage: z.literal('JSONPath').optional(),
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: seconds.optional(),
  ...states,
})
export const branch = z.strictObject({ ...comment, ...states })
export const itemProcessor = z.strictObject({
  ...comment,
  ProcessorConfig: z
    .discriminatedUnion('Mode', [
      z.strictObject({ Mode: z.literal('INLINE') }),
      z.strictObject({ Mode: z.literal('DISTRIBUTED'), ExecutionType: z.literal('STANDARD') }),
    ])
    .optional(),
  ...states,
})

const resultPath = z
  .string()
  .regex(/^\$(\.\w+)*$/, 'expected $ or $.a.b')
  .nullish()
const errorNames = z.array(
  z
    .string()
    .refine(
      name => !['States.DataLimitExceeded', 'States.Runtime'].includes(name),
      'expected an error that a state may outlive; this one ends the execution',
    ),
)
const retrier = z.strictObject({
  ...comment,
  ErrorEquals: errorNames,
  IntervalSeconds: z.number().optional(),
  MaxAttempts: z.int().optional(),
  BackoffRate: z.number().optional(),
  MaxDelaySeconds: z.number().optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
})
const catcher = z.strictObject({ ...comment, ErrorEquals: errorNames, Next: z.string(), ResultPath: resultPath })

const common = { ...comment, InputPath: path.nullish(), OutputPath: path.nullish() }
const flow = { ...common, Next: z.string().optional(), End: z.literal(true).optional() }
const work = {
  ...flow,
  ResultSelector: template.optional(),
  ResultPath: resultPath,
  Retry: z.array(retrier).optional(),
  Catch: z.array(catcher).optional(),
}

const task = z.strictObject({
  Type: z.literal('Task'),
  ...work,
  Resource: z.literal('arn:aws:states:::lambda:invoke'),
  Parameters: z
    .strictObject({ FunctionName: z.string(), Payload: template.optional(), 'Payload.$': expression.optional() })
    .refine(
      ({ Payload, 'Payload.$': from }) => (Payload === undefined) !== (from === undefined),
      'expected one payload',
    ),
  TimeoutSeconds: seconds.optional(),
})
const map = z.strictObject({
  Type: z.literal('Map'),
  ...work,
  Label: z.string().optional(),
  ItemProcessor: nested,
  ItemReader: z
    .strictObject({
      Resource: z.literal('arn:aws:states:::s3:getObject'),
      ReaderConfig: z.strictObject({ InputType: z.enum(['JSON', 'JSONL']) }),
      Parameters: z.strictObject({
        Bucket: z.string().optional(),
        'Bucket.$': expression.optional(),
        Key: z.string().optional(),
        'Key.$': expression.optional(),
      }),
    })
    .optional(),
  ItemSelector: itemTemplate.optional(),
  ItemsPath: path.optional(),
  MaxConcurrency: z.int().min(0).max(mostChildrenAtOnce).optional(),
  ToleratedFailurePercentage: z.literal(0).optional(),
})
const parallel = z.strictObject({
  Type: z.literal('Parallel'),
  ...work,
  Branches: z.array(nested),
  Parameters: template.optional(),
})
const pass = z.strictObject({
  Type: z.literal('Pass'),
  ...flow,
  Parameters: template.optional(),
  Result: z
    .unknown()
    .refine(Boolean, 'expected a value that JavaScript takes for true; the engine drops others')
    .optional(),
  ResultPath: resultPath,
})
const wait = z.strictObject({
  Type: z.literal('Wait'),
  ...flow,
  Seconds: z.number().optional(),
  SecondsPath: path.optional(),
  Timestamp: z.string().optional(),
  TimestampPath: path.optional(),
})
const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  Choices: z.array(choiceRule),
  Default: z.string().optional(),
})
const succeed = z.strictObject({ Type: z.literal('Succeed'), ...common })
const fail = z.strictObject({
  Type: z.literal('Fail'),
  ...comment,
  Error: z.string().optional(),
  ErrorPath: path.optional(),
  Cause: z.string().optional(),
  CausePath: path.optional(),
})

export const state = z.discriminatedUnion('Type', [task, map, parallel, pass, wait, choice, succeed, fail])
