// Files of procedure pairs as large as the published ones, in their form, made from a seed: no row of them is CMS's.
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'

const heading = [
  'A notice of the publisher stands here.\t\t\t\t\t\t',
  'Column1/Column2 Edits\t\t\t\t\t\t',
  'Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale',
  '\t\tprior to 1996\tDate\tDate\t0=not allowed\t',
  '\t\t\t\t*=no data\t1=allowed\t',
  '\t\t\t\t\t9=not applicable\t',
]
const rationales = [
  'Misuse of Column Two code with Column One code',
  'CPT Manual or CMS manual coding instruction',
  'Mutually exclusive procedures',
  'More extensive procedure',
  'Standards of medical / surgical practice',
  'Standard preparation / monitoring services for anesthesia',
  'HCPCS/CPT procedure code definition',
  'CPT "separate procedure" definition',
  'Gender-specific (formerly designated as male/female) procedures',
  'Laboratory panel',
  'Sequential procedure',
]

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Some 17,000 codes in order, most of five digits. */
export function procedureCodes(): string[] {
  const codes: string[] = []
  for (let number = 100; number < 99_999; number += 8) codes.push(String(number).padStart(5, '0'))
  for (let number = 1; number < 900; number += 2)
    codes.push(`${String(number).padStart(4, '0')}T`, `${String(number).padStart(4, '0')}U`)
  for (const letter of 'ACGJLQ')
    for (let number = 100; number < 9_999; number += 15)
      codes.push(`${letter}${String(number).padStart(4, '0')}`)
  return codes.sort()
}

export interface TableSize {
  readonly setting: 'pra' | 'oph'
  readonly rows: number
  readonly parts: number
  readonly version?: string
  readonly seed?: number
  /** Share of open pairs that end in this version. */ readonly endNow?: number
}

/** Writes the files of one setting into `folder`; answers how many rows they hold and of how many column-one codes. */
export async function writePtpFiles(
  folder: string,
  { setting, rows, parts, version = 'v323r0', seed = 1, endNow = 0 }: TableSize,
): Promise<{ rows: number; codes: number }> {
  await mkdir(folder, { recursive: true })
  const random = randomFrom(seed)
  const other = randomFrom(seed + 1000)
  const codes = procedureCodes()
  // A few codes have thousands of pairs and many have a handful.
  const weights = codes.map(() => 0.01 + random() ** 8)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let [written, withPairs] = [0, 0]
  for (let part = 1; part <= parts; part++) {
    const out = createWriteStream(join(folder, `cci${setting}-${version}-f${part}.txt`))
    out.write(`${heading.join('\r\n')}\r\n`)
    const [begin, end] = [
      Math.floor((codes.length * (part - 1)) / parts),
      Math.floor((codes.length * part) / parts),
    ]
    for (let at = begin; at < end; at++) {
      const wanted = Math.round((rows * (weights[at] ?? 0)) / total)
      const taken = new Set<number>()
      for (let tried = 0; taken.size < Math.min(wanted, 9_000) && tried < wanted * 3; tried++)
        taken.add(Math.floor(random() * codes.length))
      if (taken.size > 0) withPairs++
      const lines = [...taken]
        .sort((a, b) => a - b)
        .map((two) => lineOf(codes[at] ?? '', codes[two] ?? '', random, other() < endNow))
      written += lines.length
      if (lines.length > 0 && !out.write(lines.join(''))) await once(out, 'drain')
    }
    out.end()
    await once(out, 'finish')
  }
  return { rows: written, codes: withPairs }
}

function lineOf(one: string, two: string, random: () => number, endNow: boolean): string {
  const year = 1996 + Math.floor(random() * 31)
  const from = `${year}${['0101', '0401', '0701', '1001'][Math.floor(random() * 4)]}`
  const fate = random()
  const until = `${Math.min(2026, year + 1 + Math.floor(random() * 8))}${['0331', '0630', '0930', '1231'][Math.floor(random() * 4)]}`
  const deleted = fate < 0.06 ? from : fate < 0.35 && until > from ? until : endNow ? '20261231' : '*'
  const indicator = deleted === from ? 9 : random() < 0.25 ? 0 : 1
  const rationale = rationales[Math.floor(random() ** 3 * rationales.length)] ?? ''
  return `${one}\t${two}\t${year === 1996 && random() < 0.3 ? '*' : ''}\t${from}\t${deleted}\t${indicator}\t${rationale}\r\n`
}
