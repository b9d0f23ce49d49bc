import { cardHolderStore } from '../lambdas/checkin/card-holder-store.ts'
import { personHashes } from '../lambdas/checkin/lookups/person-hashes.ts'
import { lookupsOf, type SealedLookups } from '../lambdas/checkin/lookups/sealed-lookups-steps.ts'
import { isSameBirthDate } from '../lambdas/checkin/verdict/identity.ts'
import { parsePresentedNumber } from '../lambdas/checkin/verdict/presented-number.ts'
import { readJwks } from '../lambdas/handover/pull/trust-files.ts'
import { isBirthDate } from '../lambdas/registry/birth-date.ts'
import { facilityName } from '../lambdas/registry/facilities.ts'
import { formatFacilityCode } from '../lambdas/registry/facility-code.ts'
import { numberHash } from '../lambdas/registry/number-hash.ts'
import { numberHashKey } from '../lambdas/shared/number-hash-key-client.ts'
import { s3ObjectSlices } from '../lambdas/shared/object-slices-store.ts'
import { s3ObjectStore } from '../lambdas/shared/object-store.ts'
import { withStack } from '../local/connect.ts'
import { buckets, keys, tables } from '../local/stack/resources.ts'
import { type Given, type Outcome, option, UsageError } from './command.ts'
import { stateDirOf } from './state.ts'
import { table } from './terminal.ts'

/** `lookups of`: every sealed look at a person, under whichever of his numbers. */
export async function lookupsOfPerson(given: Given): Promise<Outcome> {
  const number = parsePresentedNumber(option(given, 'number'))?.number
  if (!number) throw new UsageError('--number must be an insurance number, a national id or a card number')
  const birthDate = option(given, 'birth-date')
  if (!isBirthDate(birthDate))
    throw new UsageError('--birth-date must be a date that exists: yyyy-mm-dd, yyyy-mm or yyyy')
  const found = await withStack(stateDirOf(given), async ({ address, clients: { db, kms, s3 } }) => {
    const key = await numberHashKey(kms, keys.numberHash)
    const holder = await cardHolderStore(db, tables.registry).find(numberHash(key, number))
    if (!holder || !isSameBirthDate(holder.person.birthDate, birthDate)) return undefined
    const published = s3ObjectStore(s3, buckets.seals)
    const slices = s3ObjectSlices(s3, buckets.seals)
    return lookupsOf({ published, slices, jwks: await readJwks(address.sealsJwks) }, personHashes(key, holder))
  })
  return found ? told(found) : notMatched
}

/** An unknown number and a wrong birth date are told alike. */
const notMatched: Outcome = {
  ok: false,
  document: { error: { code: 'not-matched', message: 'nobody has this number and this birth date' } },
  lines: ['  ✗ nobody has this number and this birth date · không có người nào khớp'],
}

function told({ lookups, sealedTo }: SealedLookups): Outcome {
  const looks = lookups.map(({ instant, facility, officer, officerHash, purpose }) => ({
    instant: instant.toISOString(),
    facility,
    facilityName: facilityName(facility) ?? null,
    officer: officer ?? null,
    officerHash: officerHash ?? null,
    purpose,
  }))
  const until = sealedTo
    ? `  ${looks.length} looks up to ${sealedTo}; later ones are not sealed yet · tính đến thời điểm này`
    : '  nothing is sealed yet · chưa niêm phong'
  return {
    ok: true,
    document: { sealedTo, looks },
    lines: [
      ...table(
        ['when · lúc', 'facility · cơ sở', 'officer · cán bộ', 'purpose · mục đích'],
        looks.map(({ instant, facility, facilityName, officer, officerHash, purpose }) => [
          instant,
          `${formatFacilityCode(facility)} ${facilityName ?? ''}`,
          officer ?? officerHash ?? '',
          purpose,
        ]),
      ),
      '',
      until,
    ],
  }
}
