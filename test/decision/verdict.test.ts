// A verdict holds no sentence and no citation: words are made of it afterwards. Told from its type, property by property, and from the
// verdicts of generated worlds.
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'
import { decide } from '../../src/decision/decide.js'
import { explainInFull } from '../../src/decision/explain/explain.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { pairs } from '../oracle/generate.js'

const sourceRoot = fileURLToPath(new URL('../..', import.meta.url))

/** The properties that point to what a verdict does not own: policy as it was loaded, and the request as it was read. */
const referring = new Set([
  'condition',
  'conditional',
  'criteria',
  'declaration',
  'facts',
  'holding',
  'declarations',
  'naming',
  'plan',
  'provision',
  'rule',
  'set',
  'source',
  'statement',
  'supports',
])

/** The properties that are text: codes, dates, numbers and names of facts. Whoever adds one says here what it is. */
const texts = new Set([
  'closest',
  'authorizationNumber',
  'authorizationNumbers',
  'billableDescendants',
  'code',
  'codes',
  'columnOne',
  'columnTwo',
  'curedBy',
  'date',
  'day',
  'days',
  'diagnosis',
  'effectiveFrom',
  'fact',
  'failures',
  'following',
  'from',
  'gap',
  'item',
  'last',
  'listed',
  'missing',
  'modifiers',
  'ndc',
  'next',
  'notLoaded',
  'nextEligibleDate',
  'payerId',
  'place',
  'places',
  'planId',
  'planIds',
  'policyId',
  'policySetId',
  'procedure',
  'rationale',
  'section',
  'shown',
  'status',
  'submitted',
  'sum',
  'system',
  'to',
  'type',
  'unit',
  'until',
  'validFrom',
  'validTo',
  'value',
  'versionId',
  'added',
  'end',
])

t.test('the type of a verdict has no sentence and no citation', async (t) => {
  const file = `${sourceRoot}src/decision/verdict/verdict.ts`
  const { config } = ts.readConfigFile(`${sourceRoot}tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    config: unknown
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, sourceRoot)
  const program = ts.createProgram([file], options)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const symbols = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  const verdict = symbols?.exports?.get('Verdict' as ts.__String)
  if (verdict === undefined) return t.fail('there is a type Verdict')
  const seen = new Set<ts.Type>()
  const plain = new Set<string>()
  const citations: string[] = []
  const walk = (type: ts.Type, property: string): void => {
    if (type.isUnion()) return type.types.forEach((one) => walk(one, property))
    if (type.flags & ts.TypeFlags.String) return void plain.add(property)
    if (seen.has(type) || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return
    seen.add(type)
    if (type.getProperty('retrievedOn') !== undefined) citations.push(property)
    for (const argument of checker.getTypeArguments(type as ts.TypeReference)) walk(argument, property)
    if (checker.isArrayType(type) || checker.isTupleType(type) || type.getCallSignatures().length > 0) return
    for (const one of type.getProperties()) {
      if (one.declarations?.some((where) => where.getSourceFile().fileName.includes('/typescript/lib/')))
        continue
      if (!referring.has(one.name)) walk(checker.getTypeOfSymbol(one), one.name)
    }
  }
  walk(checker.getDeclaredTypeOfSymbol(verdict), 'verdict')
  t.ok(seen.size > 100, `the walk sees the type: ${seen.size} parts`)
  t.strictSame(
    [...plain].filter((name) => !texts.has(name)).sort(),
    [],
    'no property is text of another sort',
  )
  t.strictSame(citations, [], 'no citation')
})

t.test('the words of a verdict are not in it', async (t) => {
  let sentences = 0
  for (const { content, request } of pairs(1, 150)) {
    const verdict = decide(request, compilePolicyView(content, 1))
    const own = textsIn(verdict.lines.map(({ answers }) => answers))
    for (const line of explainInFull(verdict).lines)
      for (const reason of [
        line.priorAuthorization.reason,
        line.medicalNecessity.reason,
        line.frequency.reason,
        line.units.reason,
        line.claimLine.reason,
        line.codeValidity.reason,
        ...line.findings.map((finding) => finding.reason),
      ]) {
        if (reason === undefined) continue
        sentences++
        if (own.has(reason)) return t.fail(`a verdict has the sentence: ${reason}`)
      }
  }
  t.ok(sentences > 1000, `${sentences} sentences were looked for`)
})

/** Every text in a verdict, without going into policy. */
function textsIn(value: unknown, all = new Set<string>()): Set<string> {
  if (typeof value === 'string') all.add(value)
  else if (value instanceof Map) for (const one of value.values()) textsIn(one, all)
  else if (Array.isArray(value)) for (const one of value) textsIn(one, all)
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) if (!referring.has(name)) textsIn(one, all)
  return all
}
