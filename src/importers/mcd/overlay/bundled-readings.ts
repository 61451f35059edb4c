import type { OverlayEntry } from './overlay.js'

type ReadText = Pick<OverlayEntry, 'text' | 'hash' | 'reading'>

function read(document: string, note: string, entries: readonly ReadText[]): OverlayEntry[] {
  return entries.map((entry) => ({
    document,
    ...entry,
    reviewedBy: 'maintainer of this program',
    reviewedOn: '2026-11-24',
    note,
  }))
}

/**
 * Reviewed readings that come with the program. Each applies to every version of its document whose
 * text has the same hash.
 */
export const bundledReadings: readonly OverlayEntry[] = [
  ...read(
    'A57755',
    'Read in version 18: the paragraphs name the procedures of the article and no condition.',
    [
      { text: 'covered 1', hash: 'd2a2329fd2d36920', reading: { procedures: ['J3420', 'J3425'] } },
      { text: 'hcpcs 1', hash: '2684b9ec39c6bc95', reading: 'plain' },
      { text: 'noncovered 1', hash: '7bc4f93c4748e318', reading: 'plain' },
    ],
  ),
  ...read(
    'A52421',
    'Read in version 23: osteoporosis (group 2) counts with esophagitis or intolerance that rules out the oral drug (group 3); osteopenia (group 4) counts for a woman, with a code that says postmenopausal (group 5).',
    [
      { text: 'covered 1', hash: 'befa8ca188d9cff4', reading: 'plain' },
      {
        text: 'covered 2',
        hash: '935d153867d91cb8',
        reading: {
          supports: { all: [{ diagnosis: { codeSet: 'group 2' } }, { diagnosis: { codeSet: 'group 3' } }] },
        },
      },
      { text: 'covered 3', hash: 'aa5352049e271a11', reading: 'partner' },
      {
        text: 'covered 4',
        hash: '7958e116e229dda3',
        reading: {
          supports: {
            all: [
              { diagnosis: { codeSet: 'group 4' } },
              { diagnosis: { codeSet: 'group 5' } },
              { sex: ['female'] },
            ],
          },
        },
      },
      { text: 'covered 5', hash: 'e3b0c44298fc1c14', reading: 'partner' },
    ],
  ),
  ...read(
    'A56157',
    'Read in version 19: the paragraph on coding adds nothing, and the two injection procedures are outside the list of diagnoses.',
    [
      { text: 'covered 1', hash: '6334f74cb2e48cc9', reading: 'plain' },
      { text: 'hcpcs 2', hash: '24f128b13fd9f9eb', reading: 'not-restricted' },
      { text: 'noncovered 1', hash: 'e2f79e5b60330bba', reading: 'plain' },
    ],
  ),
]
