import { startS3 } from '../../../local/s3/s3.ts'

const [, , dir = ''] = process.argv
const { endpoint } = await startS3({ dir })
process.send?.(endpoint)
process.on('message', () => process.send?.(process.resourceUsage().maxRSS))
