import { z } from 'zod'
import { receipt } from '../receipt.ts'

/** Of one request, whose body has 8 KB at most; a notice that came more often takes more requests. */
export const mostAcknowledgements = 2

/** A receipt, and the notices that it answers; none where the recipient found the handover by itself. */
export const receiptsRequest = z.strictObject({
  receipt,
  acknowledgements: z.array(z.string().max(2048)).max(mostAcknowledgements).default([]),
})

export const expectedOfReceipts = {
  body: {
    en: 'expected one JSON object with the fields receipt and acknowledgements and no others',
    vi: 'cần một đối tượng JSON chỉ gồm các trường receipt và acknowledgements',
  },
  receipt: {
    en: 'expected recipient, sequence, manifestSha256, rootSha256, rows by dataset, rowsByProvince by dataset and province, and receivedAt, and no others',
    vi: 'cần các trường recipient, sequence, manifestSha256, rootSha256, rows theo tập dữ liệu, rowsByProvince theo tập dữ liệu và tỉnh, và receivedAt',
  },
  acknowledgements: {
    en: `expected acknowledgements of notices of this handover, ${mostAcknowledgements} at most, or no field`,
    vi: `cần các mã xác nhận của thông báo về gói này, nhiều nhất ${mostAcknowledgements}, hoặc bỏ trường này`,
  },
} as const
