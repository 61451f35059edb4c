import { readFile, readdir } from 'node:fs/promises'
import ts from 'typescript'
import type { Area } from './areas.js'
import type { SourceMutant } from './mutant.js'

type Edit = readonly [node: { getStart: () => number; getEnd: () => number }, text: string, what: string]

/** All mutants of an area, in the order of files and positions. Message texts are left alone; codes, names and SQL are not. */
export async function mutantsOfArea(root: URL, { sources, without = [] }: Area): Promise<SourceMutant[]> {
  const listed = await Promise.all(
    sources.map(async (source) =>
      source.endsWith('.ts')
        ? [source]
        : (await readdir(new URL(`${source}/`, root), { recursive: true })).map(
            (name) => `${source}/${name}`,
          ),
    ),
  )
  const files = listed
    .flat()
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .filter((name) => !without.some((folder) => name === folder || name.startsWith(`${folder}/`)))
    .sort()
  const found = await Promise.all(
    files.map(async (name) => mutantsOf(name, await readFile(new URL(name, root), 'utf8'))),
  )
  return found.flat()
}

/** The mutants of one source text. */
export function mutantsOf(file: string, text: string): SourceMutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const names = [...new Set(collect(source, (node) => (isNameLiteral(node) ? [node.text] : [])))]
  const edits = collect(source, (node) => editsOf(node, names))
  return edits.map(([node, change, what], at) => {
    const start = node.getStart()
    const end = node.getEnd()
    // Without semicolons a line that begins with a bracket would go on the line before it.
    const replacement = change.startsWith('(') && beginsStatement(source, start) ? `;${change}` : change
    const line = source.getLineAndCharacterOfPosition(start).line + 1
    const before = oneLine(text.slice(start, end))
    return {
      id: `${file}:${line}#${at}`,
      file,
      line,
      start,
      end,
      text: replacement,
      what: oneLine(
        `${what}: ${before.length > 70 ? `${before.slice(0, 67)}...` : before} -> ${replacement.length > 50 ? `${replacement.slice(0, 47)}...` : replacement || '(nothing)'}`,
      ),
    }
  })
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

function beginsStatement(source: ts.SourceFile, start: number): boolean {
  const found = collect(source, (node) =>
    ts.isExpressionStatement(node) && node.getStart() === start ? [true] : [],
  )
  return found.length > 0
}

function collect<T>(node: ts.Node, of: (node: ts.Node) => readonly T[]): T[] {
  if (isLeftAlone(node)) return []
  const found = [...of(node)]
  ts.forEachChild(node, (child) => {
    found.push(...collect(child, of))
  })
  return found
}

const texts = new Set(['reason', 'text', 'detail', 'description', 'title', 'inWords', 'note', 'examples'])

/** Types, imports and the texts that people read are not mutated. */
function isLeftAlone(node: ts.Node): boolean {
  if (
    ts.isImportDeclaration(node) ||
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  )
    return true
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && texts.has(node.name.text)) return true
  return ts.isCallExpression(node) && /^(Sentence|Text|plainDate)$/.test(node.expression.getText())
}

/** A string that is a name of something (a status, a reason code, a fact) and not a sentence, key or import. */
function isNameLiteral(node: ts.Node): node is ts.StringLiteral {
  if (!ts.isStringLiteral(node) || !/^[a-zA-Z0-9][a-zA-Z0-9./-]*$/.test(node.text)) return false
  return !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)
}

function editsOf(node: ts.Node, names: readonly string[]): Edit[] {
  if (ts.isBinaryExpression(node)) return binary(node)
  if (ts.isConditionalExpression(node))
    return [
      [node, `(${node.whenTrue.getText()})`, 'always the first branch'],
      [node, `(${node.whenFalse.getText()})`, 'always the second branch'],
    ]
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [[node, node.operand.getText(), 'negation removed']]
  if (ts.isIfStatement(node))
    return [
      [node.expression, 'true', 'condition'],
      [node.expression, 'false', 'condition'],
    ]
  if (ts.isNumericLiteral(node))
    return [
      [node, String(Number(node.text) + 1), 'number'],
      ...(Number(node.text) > 0 ? [[node, String(Number(node.text) - 1), 'number'] as Edit] : []),
    ]
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, 'false', 'boolean']]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [[node, 'true', 'boolean']]
  if (isNameLiteral(node)) return [[node, `'${swapped(node.text, names)}'`, 'name']]
  if (isSql(node)) return sql(node)
  if (ts.isArrayLiteralExpression(node))
    return node.elements.map((element): Edit => [
      node,
      listWithout(node.elements, element, '[', ']'),
      `removed ${element.getText()}`,
    ])
  if (ts.isObjectLiteralExpression(node))
    return isTable(node)
      ? node.properties.map((property): Edit => [
          node,
          listWithout(node.properties, property, '{', '}'),
          `removed ${property.getText()}`,
        ])
      : []
  if (ts.isCallExpression(node)) return call(node)
  if (ts.isExpressionStatement(node)) return [[node, ';', 'statement removed']]
  if (ts.isSpreadElement(node) && ts.isCallExpression(node.parent))
    return [[node, '...[]', 'spread argument removed']]
  return []
}

function isSql(node: ts.Node): boolean {
  return (
    (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)) &&
    /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b/.test(node.getText())
  )
}

const sqlReplacements: ReadonlyArray<readonly [pattern: RegExp, text: string]> = [
  [/(?<![<>=@-])<=(?!>)/g, '<'],
  [/(?<![<>=@-])>=/g, '>'],
  [/(?<= )<(?= )/g, '<='],
  [/(?<= )>(?= )/g, '>='],
  [/\bAND\b/g, 'OR'],
  [/\bOR\b/g, 'AND'],
  [/ DESC\b/g, ''],
  [/\bmax\(/g, 'min('],
  [/\bIS NULL\b/g, 'IS NOT NULL'],
  [/\bIS NOT NULL\b/g, 'IS NULL'],
  [/\n *UNION ALL SELECT [^\n]*/g, ''],
  [/ FOR UPDATE\b/g, ''],
]

/** SQL is a language of its own inside a literal: bounds, connectives, orders and parts of a union, as they stand in the text. */
function sql(node: ts.Node): Edit[] {
  const text = node.getText()
  return sqlReplacements.flatMap(([pattern, replacement]) =>
    [...text.matchAll(pattern)].map(({ 0: found, index }): Edit => {
      const start = node.getStart() + index
      return [
        { getStart: () => start, getEnd: () => start + found.length },
        replacement,
        `SQL ${text.slice(Math.max(0, index - 20), index).replace(/\s+/g, ' ')}`,
      ]
    }),
  )
}

const replacements: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
}

function binary(node: ts.BinaryExpression): Edit[] {
  const operator = node.operatorToken.getText()
  const left = node.left.getText()
  const right = node.right.getText()
  const removed: Edit[] =
    operator === '&&' || operator === '||'
      ? [
          [node, `(${left})`, 'condition removed'],
          [node, `(${right})`, 'condition removed'],
        ]
      : operator === '??'
        ? [[node, `(${left})`, 'default removed']]
        : []
  return [
    ...(replacements[operator] ?? []).map((other): Edit => [node.operatorToken, other, 'operator']),
    ...removed,
  ]
}

const otherMethod: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
}
const dropped = new Set(['filter', 'slice', 'sort', 'toUpperCase', 'trim', 'replace', 'padStart', 'reverse'])

function call(node: ts.CallExpression): Edit[] {
  const called = node.expression
  const edits: Edit[] = []
  if (ts.isPropertyAccessExpression(called)) {
    const other = Object.hasOwn(otherMethod, called.name.text) ? otherMethod[called.name.text] : undefined
    if (other !== undefined) edits.push([called.name, other, 'method'])
    if (dropped.has(called.name.text))
      edits.push([node, called.expression.getText(), `${called.name.text} removed`])
  }
  if (called.getText() === 'union')
    edits.push(
      ...node.arguments.map((argument): Edit => [
        node,
        `union(${node.arguments
          .filter((one) => one !== argument)
          .map((one) => one.getText())
          .join(', ')})`,
        `removed ${argument.getText()}`,
      ]),
    )
  return edits
}

function listWithout(all: readonly ts.Node[], one: ts.Node, open: string, close: string): string {
  return `${open}${all
    .filter((other) => other !== one)
    .map((other) => other.getText())
    .join(', ')}${close}`
}

/** An object at the top level of a module is a table, of which each entry counts. */
function isTable(node: ts.Node): boolean {
  for (let parent: ts.Node | undefined = node.parent; parent !== undefined; parent = parent.parent)
    if (ts.isFunctionLike(parent)) return false
  return true
}

/** Another name of the same file: one that looks alike where there is one, so that the swap is a plausible slip. */
function swapped(name: string, names: readonly string[]): string {
  const [first = ''] = name.split('-')
  const last = name.split('-').at(-1) ?? ''
  return (
    names.find((other) => other !== name && (other.startsWith(`${first}-`) || other.endsWith(`-${last}`))) ??
    `${name}-x`
  )
}
