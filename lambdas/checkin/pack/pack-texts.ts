import type { Bilingual } from '../../shared/bilingual.ts'
import type { PackFault } from './pack.ts'
import type { DeltaFault } from './pack-delta.ts'

/** By the reason of an answer. */
export const answerTexts = {
  'in-force': {
    vi: 'Có thẻ còn giá trị trong ngày này, theo danh sách ngoại tuyến.',
    en: 'A card is in force on this day, by the offline list.',
  },
  'none-in-force': {
    vi: 'Người này có trong danh sách nhưng không có thẻ nào còn giá trị trong ngày này. Tra cứu lại khi có đường truyền.',
    en: 'The person is in the list, and no card is in force on this day. Ask again when the line is back.',
  },
  'begins-later': {
    vi: 'Người này có trong danh sách nhưng thẻ chưa đến ngày có giá trị. Tra cứu lại khi có đường truyền.',
    en: 'The person is in the list, and the card does not count yet. Ask again when the line is back.',
  },
  'not-in-this-pack': {
    vi: 'Không có trong danh sách của cơ sở này; điều đó không có nghĩa là thẻ không có giá trị. Tiếp nhận, ghi lại và tra cứu khi có đường truyền.',
    en: 'Not in this facility’s list, which does not mean that there is no valid card. Admit, record, and ask when the line is back.',
  },
} as const satisfies Readonly<Record<string, Bilingual>>

/** The same of every answer. */
export const notTold: Bilingual = {
  vi: 'Danh sách ngoại tuyến không cho biết: họ tên, tuyến khám chữa bệnh, tỷ lệ hưởng tại cơ sở này, lý do không có thẻ giá trị.',
  en: 'The offline list does not tell: the name, the route of care, the rate at this facility, or why no card is in force.',
}

export const faultTexts: Readonly<Record<PackFault, Bilingual>> = {
  'unknown-format': {
    vi: 'Không phải tệp danh sách ngoại tuyến mà phần mềm này đọc được.',
    en: 'Not an offline pack of a format that this software knows.',
  },
  cut: { vi: 'Tệp bị cắt ngắn; hãy tải lại.', en: 'The file was cut short; fetch it again.' },
  'signature-malformed': { vi: 'Chữ ký số không đọc được.', en: 'The signature cannot be read.' },
  'unknown-key': {
    vi: 'Danh sách được ký bằng khóa mà thiết bị này không tin cậy.',
    en: 'Signed with a key that this device does not trust.',
  },
  'wrong-signature': {
    vi: 'Chữ ký số không đúng: tệp đã bị thay đổi.',
    en: 'The signature is wrong: the file was changed.',
  },
  malformed: { vi: 'Phần đầu của danh sách không đúng quy cách.', en: 'The pack’s header is malformed.' },
  'another-facility': { vi: 'Danh sách của cơ sở khác.', en: 'The pack is another facility’s.' },
  'another-key': {
    vi: 'Thiết bị này không có khóa của kỳ đó; hãy nhận khóa mới.',
    en: 'This device does not hold the key of that period; get the new one.',
  },
  'clock-went-back': {
    vi: 'Đồng hồ của thiết bị chậm hơn ngày của danh sách đã thấy; hãy chỉnh lại đồng hồ.',
    en: 'The device’s clock is behind the newest pack that it has seen; set it right.',
  },
  stale: {
    vi: 'Danh sách đã quá hạn; hãy tải danh sách mới.',
    en: 'The pack has expired; fetch a new one.',
  },
  'older-than-seen': {
    vi: 'Danh sách cũ hơn danh sách mà thiết bị này đã thấy; hãy tải danh sách mới hơn.',
    en: 'The pack is older than one that this device has seen; fetch a newer one.',
  },
  'extra-bytes': { vi: 'Tệp có thừa dữ liệu.', en: 'The file has bytes that do not belong to it.' },
  'wrong-hash': { vi: 'Nội dung không khớp với mã băm đã ký.', en: 'The content is not the one that was signed.' },
  'wrong-count': { vi: 'Số bản ghi không đúng.', en: 'The number of records is wrong.' },
  unsorted: { vi: 'Các bản ghi không theo thứ tự.', en: 'The records are not in order.' },
}

export const deltaTexts: Readonly<Record<DeltaFault, Bilingual>> = {
  'unknown-format': { vi: 'Không phải tệp cập nhật danh sách.', en: 'Not the delta of a pack.' },
  cut: faultTexts.cut,
  malformed: { vi: 'Tệp cập nhật không đúng quy cách.', en: 'The delta is malformed.' },
  'wrong-base': {
    vi: 'Tệp cập nhật này dành cho một danh sách khác; hãy tải danh sách đầy đủ.',
    en: 'The delta begins at another pack than this one; fetch the whole pack.',
  },
  'wrong-result': {
    vi: 'Danh sách sau cập nhật không khớp với mã băm đã ký.',
    en: 'What results is not the pack that was signed.',
  },
}
