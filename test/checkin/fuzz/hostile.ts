import fc from 'fast-check'
import { marker } from './seeded.ts'

/** Texts that do harm somewhere: never a number, a date or a code, and never empty. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    `' OR '1'='1' -- ${marker}`,
    `'; DROP TABLE lookups; -- ${marker}`,
    `<script>alert("${marker}")</script>`,
    `${marker}"><img src=x onerror=alert(1)>`,
    `../../../etc/passwd%00${marker}`,
    `..\\..\\${marker}`,
    `$\{jndi:ldap://${marker}/a}`,
    `{{7*7}}${marker}`,
    `\r\nset-cookie: ${marker}=1\r\n\r\n`,
    `\u202e${marker}\u2066\u200b\ufeff`,
    `${marker}\u0000`,
    `\ud800${marker}`,
    `${marker}\udc00`,
    `${marker}\n    at ${marker} (file:///${marker}.ts:1:1)`,
    `e\u0301\u0301\u0301${marker}`,
    `ǅ ﬃ ß İ ı ſ K ${marker}`,
    `${marker}𝟎𝟏𝟐٣٤٥`,
    `=HYPERLINK("${marker}")`,
    `${marker}|`.repeat(9),
    marker.repeat(90),
    `${' '.repeat(300)}${marker}`,
    `${'\u0301'.repeat(350)}${marker}`,
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map(text => `${text}${marker}`),
)

/** Names that every object has already, and others that name no field. */
export const strangeName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
    'length',
    'Number',
    '',
  ),
  hostile,
)

/** Whatever JSON has beside texts that would do. */
export const notText: fc.Arbitrary<unknown> = fc.constantFrom(
  null,
  true,
  0,
  -1,
  1e308,
  123456789,
  [],
  ['0123456789'],
  {},
  { toString: marker },
)
