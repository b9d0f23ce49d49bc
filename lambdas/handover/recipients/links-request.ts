import { z } from 'zod'
import { relativePath } from '../manifest.ts'

/** Of one request: as many as a client fetches in a few minutes. */
export const mostLinks = 100

/** The files of one handover that links are asked for. */
export const linksRequest = z.strictObject({
  form: z.enum(['snapshots', 'changes']).default('snapshots'),
  sequence: z.int().min(0),
  paths: z.array(relativePath).min(1).max(mostLinks),
})

export const expectedOfLinks = {
  body: {
    en: 'expected one JSON object with the fields form, sequence and paths and no others',
    vi: 'cần một đối tượng JSON chỉ gồm các trường form, sequence và paths',
  },
  form: {
    en: 'expected snapshots or changes, or no field for snapshots',
    vi: 'cần snapshots hoặc changes, hoặc bỏ trường này nếu là snapshots',
  },
  sequence: {
    en: 'expected the number of a handover',
    vi: 'cần số thứ tự của gói bàn giao',
  },
  paths: {
    en: `expected 1 to ${mostLinks} paths below the manifest, as it lists them`,
    vi: `cần từ 1 đến ${mostLinks} đường dẫn như ghi trong tệp kê khai`,
  },
} as const
