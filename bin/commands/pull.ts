import { resolve } from 'node:path'
import { type Pulled, pull } from '../../lambdas/handover/pull-client.ts'
import { withStack } from '../../local/connect.ts'
import { type Command, option, UsageError } from '../command.ts'
import { pullProgress } from '../pull-progress.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'
import { grouped, table } from '../terminal.ts'

export const command: Command = {
  summary: 'Take what was announced, verify it and send the receipt · Nhận, kiểm chứng và gửi biên nhận',
  usage: '--recipient R --to DIR [--state DIR]',
  options: { ...stateOption, recipient: { type: 'string' }, to: { type: 'string' } },
  async run(given, terminal) {
    const stateDir = stateDirOf(given)
    const recipient = option(given, 'recipient')
    const dir = resolve(option(given, 'to'))
    const pulled = await withStack(stateDir, ({ address, clients }) => {
      const [noticeQueueUrl, receiptQueueUrl] = [address.noticeQueues[recipient], address.receiptQueues[recipient]]
      if (!noticeQueueUrl || !receiptQueueUrl) {
        throw new UsageError(`no agreement with ${recipient}; there are ${Object.keys(address.noticeQueues)}`)
      }
      const { s3, sqs } = clients
      const trustDir = trustDirOf(stateDir, recipient)
      const clock = () => new Date()
      return pull({
        s3,
        sqs,
        noticeQueueUrl,
        receiptQueueUrl,
        dir,
        trustDir,
        clock,
        onProgress: pullProgress(terminal),
      })
    })
    const failed = pulled.find(one => !one.verified)
    const last = pulled.at(-1)
    return {
      ok: failed === undefined,
      document: last ?? { dir, files: 0, bytes: 0, verified: true },
      lines: pulled.length ? pulled.flatMap(linesOf) : ['  nothing new · không có gói mới'],
    }
  },
}

export function linesOf(pulled: Pulled): readonly string[] {
  if (!pulled.verified) {
    const faults = pulled.faults.map(({ file, fault }) => [file, fault])
    return [
      ...table(['file', 'fault'], faults),
      '',
      `  ✗ handover ${pulled.sequence} is not proven; no receipt was sent`,
    ]
  }
  const rows = Object.entries(pulled.receipt.rows)
  return [
    ...table(['dataset', 'rows'], rows),
    '',
    `  ✓ handover ${pulled.sequence}: ${grouped(pulled.files)} files, ${grouped(pulled.bytes)} bytes, verified, receipt sent`,
    `  in ${pulled.dir}`,
  ]
}
