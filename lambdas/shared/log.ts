import { Logger } from '@aws-lambda-powertools/logger'

/** All that a log line may carry beside its message: nothing here says who somebody is. */
export interface LogFields {
  readonly sequence?: number
  readonly recipient?: string
  readonly dataset?: string
  readonly province?: string
  readonly facility?: string
  readonly dialect?: string
  readonly outcome?: string
  readonly dataFile?: string
  readonly rows?: number
  readonly files?: number
  readonly refused?: number
  readonly milliseconds?: number
  readonly reason?: string
  readonly status?: number
}

let opened: Logger | undefined

/** At its first line, since its level is the environment's of then. */
function logger(): Logger {
  opened ??= new Logger({ serviceName: 'bangiao' })
  return opened
}

export const log = {
  info(message: string, fields: LogFields = {}) {
    logger().info(message, { ...fields })
  },
  warn(message: string, fields: LogFields = {}) {
    logger().warn(message, { ...fields })
  },
  /** The message of an error that is not our own may quote data, so only its name and the places it came through are kept. */
  error(message: string, error: unknown, fields: LogFields = {}) {
    const thrown = error instanceof Error ? error : new Error(String(error))
    logger().error(message, { ...fields, error: thrown.name, frames: framesOf(thrown) })
  },
}

const mostFrames = 8

/** From behind the message, any line of which may look like a frame. */
function framesOf({ message, stack = '' }: Error): readonly string[] {
  const at = stack.indexOf(message)
  const behind = at < 0 ? '' : stack.slice(at + message.length)
  const frames = behind.split('\n').filter(line => /^\s+at /.test(line))
  return frames.slice(0, mostFrames)
}
