import { readFile, readdir } from 'node:fs/promises'
import ts from 'typescript'
import type { CoreMutant } from './mutant.js'

type Edit = readonly [node: { getStart: () => number; getEnd: () => number }, text: string, what: string]

/** All mutants of `src/decision`, in the order of files and positions. Message texts are left alone; codes and names are not. */
export async function coreMutants(root: URL): Promise<CoreMutant[]> {
  const folder = new URL('src/decision/', root)
  const files = (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .sort()
  const found = await Promise.all(
    files.map(async (name) =>
      mutantsOf(`src/decision/${name}`, await readFile(new URL(name, folder), 'utf8')),
    ),
  )
  return found.flat()
}

/** The mutants of one source text. */
export function mutantsOf(file: string, text: string): CoreMutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const names = [...new Set(collect(source, (node) => (isNameLiteral(node) ? [node.text] : [])))]
  const edits = collect(source, (node) => editsOf(node, names))
  return edits.map(([node, replacement, what], at) => {
    const start = node.getStart()
    const end = node.getEnd()
    const line = source.getLineAndCharacterOfPosition(start).line + 1
    const before = text.slice(start, end).replace(/\s+/g, ' ')
    return {
      id: `${file}:${line}#${at}`,
      file,
      line,
      start,
      end,
      text: replacement,
      what: `${what}: ${before.length > 70 ? `${before.slice(0, 67)}...` : before} -> ${replacement.length > 50 ? `${replacement.slice(0, 47)}...` : replacement || '(nothing)'}`,
    }
  })
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
    const other = otherMethod[called.name.text]
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
