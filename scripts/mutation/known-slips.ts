import { readFile } from 'node:fs/promises'
import type { SourceMutant } from './mutant.js'

interface Slip {
  readonly area: string
  readonly file: string
  readonly what: string
  /** A text that stands once in the file, and what stands there instead. */
  readonly before: string
  readonly after: string
}

/** A known slip as a mutant of its area. */
export interface KnownSlip extends SourceMutant {
  readonly area: string
}

/**
 * Slips that no test noticed when they were made by hand. They are tried at every run: each must be noticed by the tests of its area, and
 * one slip in the core and one in advice show that those lists notice anything at all.
 */
const slips: readonly Slip[] = [
  {
    area: 'core',
    file: 'src/decision/shapes/truth.ts',
    what: 'a known truth is always false',
    before: "truth: truth ? 'true' : 'false',",
    after: "truth: 'false',",
  },
  {
    area: 'advice',
    file: 'src/decision/advice/schedule/earliest.ts',
    what: 'the last day of the horizon is left out of a schedule',
    before: 'while (date <= lastDay) {',
    after: 'while (date < lastDay) {',
  },
  {
    area: 'decision-log',
    file: 'src/decision-log/chain-walk.ts',
    what: 'the hash chain is walked without comparing the hash before',
    before: 'row.seq === next && row.previousHash !== this.#last.hash',
    after: 'false',
  },
  {
    area: 'store',
    file: 'src/decision/conditions/walk.ts',
    what: "a tenant's excluded list keeps its public name",
    before: 'return { ...renamed, excluded: nameOf(renamed.excluded) }',
    after: 'return renamed',
  },
  {
    area: 'policies',
    file: 'src/policies/lists/packed/policy-cache.ts',
    what: 'the cache of packed policies gives the policy of another number',
    before: 'return this.#numbers[place] === number ? this.#places[place] : undefined',
    after: 'return this.#places[place]',
  },
  {
    area: 'repeats',
    file: 'src/protocols/asking/idempotency.ts',
    what: 'an Idempotency-Key takes a request with another query (knownAt) for the same',
    before: 'asked: { route, query, body }',
    after: 'asked: { route, body }',
  },
  {
    area: 'store',
    file: 'src/store/tables/revisions.ts',
    what: 'the hash of a revision leaves out NDC editions',
    before:
      "UNION ALL SELECT tenant_id, revisions, 'ndc-codes ' || policy_set_id || ' ' || edition || ' ' || effective::text || ' ' || content_hash FROM ndc_edition",
    after: '',
  },
  {
    area: 'store',
    file: 'src/store/tables/revisions.ts',
    what: 'the hash of a revision leaves out when a version is in effect',
    before: "version_id || ' ' || content_hash || ' ' || effective::text FROM",
    after: "version_id || ' ' || content_hash FROM",
  },
  {
    area: 'store',
    file: 'src/store/database/embedded.ts',
    what: 'an embedded store is used on after its lock was lost',
    before: 'if (lock?.lost === true)',
    after: 'if (false)',
  },
  {
    area: 'rendering',
    file: 'src/rendering/byte-slab.ts',
    what: 'answers write over one another in the byte slab',
    before: 'end += slab.write(text, begin)',
    after: 'end += slab.write(text, begin) - 1',
  },
]

/** The slips as mutants. Throws where a text is no longer found once: whoever changes the code changes the slip with it. */
export async function knownSlips(root: URL): Promise<KnownSlip[]> {
  return await Promise.all(
    slips.map(async ({ area, file, what, before, after }, at) => {
      const text = await readFile(new URL(file, root), 'utf8')
      const start = text.indexOf(before)
      if (start < 0 || text.includes(before, start + 1))
        throw new Error(
          `The known slip "${what}" (scripts/mutation/known-slips.ts) finds its text not exactly once in ${file}. Write it for the code as it is now.`,
        )
      const line = text.slice(0, start).split('\n').length
      return {
        area,
        id: `slip ${at + 1}, ${file}:${line}`,
        file,
        line,
        start,
        end: start + before.length,
        text: after,
        what,
      }
    }),
  )
}
