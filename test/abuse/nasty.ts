import { pick, whole, type Random } from '../oracle/random.js'
import type { Json } from './operations.js'

/** What an answer may never repeat and a log never hold: a name as it would stand in a path or field, a date of service, a diagnosis. Each stands nowhere in policy. */
export const canaries = ['Zq9Canary', '1931-07-19', 'Q87.89'] as const

const texts = [
  'Zq9Canary', 'Zq9Canary 1931-07-19', 'Q87.89', '', ' ', '\t', '\n', '\u0000Zq9Canary', 'Zq9Canary\u0000', '\u001b[31mZq9Canary', '\u0085', '\ud800', '\udfffZq9Canary', '\ufeffZq9Canary', '\ufffd', '\u202eZq9Canary', '\u200bZq9Canary',
  'Zq9Canary'.repeat(20), 'Zq9Canary'.repeat(20_000), 'null', 'true', '0', '-1', 'NaN', 'Infinity', '1e400', '0x10', '００１', 'Ｊ3420', 'j3420', 'J3420 ', 'J3420;J3425', 'D51.0.0', 'd51.0', 'é', 'e\u0301', '🩺'.repeat(30),
  "Zq9Canary' OR '1'='1", 'Zq9Canary"; DROP TABLE decision_log; --', '%', '%%', '%00', '%zz', '../../../etc/passwd', '..%2f..%2fetc', '${jndi:ldap://127.0.0.1/Zq9Canary}', '{{7*7}}', '<script>Zq9Canary</script>', '=cmd|Zq9Canary', 'http://127.0.0.1:1/Zq9Canary', 'file:///etc/passwd',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '/', '\\', '#', '?', '&', ';', '~0', '~1', '*', '[]', '{}', '$ne', 'det_', `det_${'0'.repeat(32)}`, 'A'.repeat(101)
]
const dates = [
  '1931-07-19', '2023-02-29', '2024-02-30', '0000-00-00', '0000-01-01', '9999-12-31', '10000-01-01', '-2026-11-03', '+002026-11-03', '2026-13-01', '2026-11-31', '2026-1-1', '20261103', '11/03/2026', '03.11.2026', '2026-11-03T00:00:00Z',
  '2026-11-03 00:00', '2026-W45-2', '2026-307', 'now', 'today', 'infinity', '-infinity', 'epoch', '２０２６-11-03', '2026−11−03', '2026-11-03\u0000', ' 2026-11-03', '2026-11-03Z', '1931-07-19T25:61:61+99:99', '1e3', '253402300800000'
]
const others: readonly Json[] = [
  null, true, false, 0, -0, 1, -1, 0.5, 1.5, 1e21, -1e308, 5e-324, 2 ** 31, 2 ** 53, 1e15, [], {}, [null], [[]], [{}], { Zq9: 'Zq9Canary' }, { '': null }, { length: 1 }, { toJSON: 'Zq9Canary' }, { $ref: '#' }, ['Zq9Canary'],
  Array.from({ length: 250 }, () => 'Zq9Canary'), Array.from({ length: 11_000 }, () => 0), Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`k${at}`, at]))
]

/** A text that nobody should send. */
export function nastyText (random: Random): string {
  return pick(random, random() < 0.35 ? dates : texts)
}

/** A value of a type, form or size that nobody should send. */
export function nastyValue (random: Random): Json {
  const kind = random()
  return kind < 0.45 ? nastyText(random) : kind < 0.9 ? pick(random, others) : nested(whole(random, 5, 60), random() < 0.5)
}

function nested (levels: number, asArrays: boolean): Json {
  let value: Json = 'Zq9Canary'
  for (let level = 0; level < levels; level++) value = asArrays ? [value] : { a: value }
  return value
}

/** Texts that JSON cannot be made of by `JSON.stringify`, for the place of a value. */
export const rawValues = ['NaN', 'Infinity', '-Infinity', 'undefined', '01', '+1', '.5', '1.', '1e400', '-1e400', '9007199254740993', '1.0000000000000001', '0.1e-400', '1e', '"\\x41"', '"\\u12"', '"\t"', '"\u0000"', "'Zq9Canary'", '`Zq9Canary`', '/*Zq9Canary*/1', '"Zq9Canary', '[1,]', '{,}', '{"a":1,}', '{"__proto__":{"a":1}}', '{"\\u005f_proto__":1}', '{"constructor":{"prototype":{}}}', '\u00a01', 'true false', `${'['.repeat(5_000)}`, `${'{"a":'.repeat(5_000)}`, `${'['.repeat(400)}${']'.repeat(400)}`]
