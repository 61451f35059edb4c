// Imports point one way: commands -> process -> protocols -> check -> policies -> store, with decision at the bottom of all. error-codes.ts holds types alone, and whoever throws may read them. docs/contribute/architecture.md draws it.

/** The rooms of the core, from the lowest up; those of one place may import one another. */
const decisionRooms = [
  ['shapes'],
  ['reasons'],
  ['facts'],
  ['conditions'],
  ['applicable'],
  ['verdict'],
  ['rules'],
  ['questions'],
  ['explain', 'notices'],
  ['advice'],
]

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      comment: 'The core imports itself, typebox and the unit library: no I/O, no clock.',
      severity: 'error',
      from: { path: '^src/decision/' },
      to: { pathNot: '^(src/decision|node_modules/(typebox|@lhncbc/ucum-lhc))/' },
    },
    ...decisionRooms.slice(0, -1).map((rooms, at) => ({
      name: `decision-rooms-point-one-way-${rooms.join('-')}`,
      comment:
        'shapes < reasons < facts < conditions < applicable < verdict < rules < questions < explain, notices < advice',
      severity: 'error',
      from: { path: `^src/decision/(${rooms.join('|')})/` },
      to: {
        path: `^src/decision/((${decisionRooms
          .slice(at + 1)
          .flat()
          .join('|')})/|(decide|determine)\\.ts)`,
      },
    })),
    {
      name: 'sql-in-store',
      comment: 'Only the store talks to a database.',
      severity: 'error',
      from: { pathNot: '^src/store' },
      to: { path: 'node_modules/(pg|@electric-sql/pglite)/' },
    },
    {
      name: 'store-knows-no-faces',
      severity: 'error',
      from: { path: '^src/store' },
      to: { path: '^src/', pathNot: '^src/((store|decision)/|error-codes\\.ts$)' },
    },
    {
      name: 'store-rooms-point-one-way',
      comment: 'publishing -> tables -> database; keys and log -> tables, database.',
      severity: 'error',
      from: { path: '^src/store/(database|tables)/' },
      to: { path: '^src/store/(?!database/|$1/)' },
    },
    {
      name: 'policy-rooms-point-one-way',
      comment: 'loaded -> packs, lists; neither of these knows another room.',
      severity: 'error',
      from: { path: '^src/policies/(packs|lists)/' },
      to: { path: '^src/policies/', pathNot: '^src/policies/$1/' },
    },
    {
      name: 'policies-below-check',
      severity: 'error',
      from: { path: '^src/policies' },
      to: { path: '^src/', pathNot: '^src/((policies|store|decision)/|error-codes\\.ts$)' },
    },
    {
      name: 'check-below-protocols',
      severity: 'error',
      from: { path: '^src/check\\.ts' },
      to: { path: '^src/(access|protocols|store|process|commands)/' },
    },
    {
      name: 'rendering-knows-answers-alone',
      comment: 'What an answer looks like, as JSON or as a page, hangs on the answer and on nothing else.',
      severity: 'error',
      from: { path: '^src/rendering' },
      to: { path: '^src/', pathNot: '^src/(rendering|decision)/' },
    },
    {
      name: 'access-knows-no-faces',
      comment: 'Who may ask is decided apart from what is asked and how.',
      severity: 'error',
      from: { path: '^src/access' },
      to: { path: '^src/', pathNot: '^src/((access|store)/|error-codes\\.ts$)' },
    },
    {
      name: 'log-below-check',
      comment: 'The decision log is told what was decided; it asks nobody.',
      severity: 'error',
      from: { path: '^src/decision-log' },
      to: {
        path: '^src/',
        pathNot: '^src/((decision-log|rendering|sealing|policies|store|decision)/|error-codes\\.ts$)',
      },
    },
    {
      name: 'sealing-knows-the-store',
      comment: 'What is sealed, and why, is decided above it.',
      severity: 'error',
      from: { path: '^src/sealing' },
      to: { path: '^src/', pathNot: '^src/(sealing|store)/' },
    },
    {
      name: 'repeats-know-no-faces',
      comment: 'Whether a request was answered before does not depend on how it came.',
      severity: 'error',
      from: { path: '^src/repeats' },
      to: { path: '^src/', pathNot: '^src/(repeats|sealing|store)/' },
    },
    {
      name: 'metrics-know-no-faces',
      comment: 'What is measured is told to it.',
      severity: 'error',
      from: { path: '^src/metrics' },
      to: { path: '^src/', pathNot: '^src/(metrics|policies|decision|repeats)/|^src/check\\.ts' },
    },
    {
      name: 'tokens-in-access',
      comment: 'Only access/ verifies tokens.',
      severity: 'error',
      from: { pathNot: '^src/access' },
      to: { path: 'node_modules/jose/' },
    },
    {
      name: 'protocols-call-check',
      comment: 'A face never reaches into the store.',
      severity: 'error',
      from: { path: '^src/protocols' },
      to: { path: '^src/(store|process|commands)/' },
    },
    {
      name: 'no-two-faces',
      comment: 'No two faces know each other; asking/, http/ and openapi/ are what they share.',
      severity: 'error',
      from: { path: '^src/protocols/(?!asking/|http/|openapi/)([^/]+)/' },
      to: { path: '^src/protocols/(?!asking/|http/|openapi/)([^/]+)/', pathNot: '^src/protocols/$1/' },
    },
    {
      name: 'what-faces-share-knows-no-face',
      comment: 'openapi -> asking -> http: none of them knows a face.',
      severity: 'error',
      from: { path: '^src/protocols/(asking|http|openapi)/' },
      to: { path: '^src/protocols/', pathNot: '^src/protocols/(asking|http|openapi)/' },
    },
    {
      name: 'http-knows-no-question',
      comment: 'Connections, bodies, limits and problems are the same whatever is asked.',
      severity: 'error',
      from: { path: '^src/protocols/http/' },
      to: { path: '^src/protocols/(asking|openapi)/' },
    },
    {
      name: 'imports-are-parsed-purely',
      comment:
        'An importer turns files into content; only the run and its report know the store, and no importer knows another.',
      severity: 'error',
      from: { path: '^src/importers/', pathNot: '^src/importers/(run|report)\\.ts' },
      to: {
        path: '^(src/((store|protocols|process|commands)/|check\\.ts)|node_modules/(pg|@electric-sql/pglite)/)',
      },
    },
    {
      name: 'no-two-importers',
      comment: 'No two sources know each other.',
      severity: 'error',
      from: { path: '^src/importers/([^/]+)/' },
      to: { path: '^src/importers/([^/]+)/', pathNot: '^src/importers/$1/' },
    },
    {
      name: 'only-the-command-imports',
      comment: 'The service knows no importer.',
      severity: 'error',
      from: { pathNot: '^src/(importers|commands/import)/' },
      to: { path: '^src/importers/' },
    },
    {
      name: 'nothing-above',
      comment: 'Nothing imports a command, and no command another one.',
      severity: 'error',
      from: { pathNot: '^src/commands/' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'no-two-commands',
      comment: 'No two commands know each other; what both need stands beside them.',
      severity: 'error',
      from: { path: '^src/commands/([^/]+)/' },
      to: { path: '^src/commands/([^/]+)/', pathNot: '^src/commands/$1/' },
    },
    {
      name: 'no-tests-in-source',
      severity: 'error',
      from: { path: '^src' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-development-dependencies',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['main', 'types'],
    },
  },
}
