import { crc32, deflateRawSync } from 'node:zlib'

export interface Member {
  readonly name: string
  readonly content: string | Buffer
  readonly claimedSize?: number
  readonly method?: number
  readonly flags?: number
}

const bytesOf = (content: string | Buffer): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : content
// Node 20.15 and later have crc32; the reader does not check it.
const checksum = typeof crc32 === 'function' ? crc32 : (): number => 0

/** A zip in memory, written by hand so that tests can make it lie. */
export function zipOf(...members: readonly Member[]): Buffer {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const content = bytesOf(member.content)
    const packed = deflateRawSync(content)
    const name = Buffer.from(member.name)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(0x800 | (member.flags ?? 0), 2)
    shared.writeUInt16LE(member.method ?? 8, 4)
    shared.writeUInt32LE(checksum(content), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(member.claimedSize ?? content.length, 18)
    shared.writeUInt16LE(name.length, 22)
    local.push(Buffer.from('PK\x03\x04', 'latin1'), shared, name, packed)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 0]), shared, rest, name)
    offset += 30 + name.length + packed.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...local, ...directory, Buffer.from('PK\x05\x06', 'latin1'), end])
}

type Cell = string | number | { readonly days: number } | null

const cell = (value: Cell, at: string): string =>
  value === null
    ? ''
    : typeof value === 'string'
      ? `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`
      : typeof value === 'number'
        ? `<c r="${at}"><v>${value}</v></c>`
        : `<c r="${at}" s="1"><v>${value.days}</v></c>`

/** A workbook of one sheet in which every cell is an inline text, a number, or a date (as days since 1899-12-30, in style 1). */
export function workbookOf(rows: readonly (readonly Cell[])[], sheet = 'Table 1'): Buffer {
  const data = rows
    .map(
      (cells, r) =>
        `<row r="${r + 1}">${cells.map((value, c) => cell(value, `${String.fromCharCode(65 + c)}${r + 1}`)).join('')}</row>`,
    )
    .join('')
  const head = '<?xml version="1.0" encoding="UTF-8"?>'
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  return zipOf(
    {
      name: '[Content_Types].xml',
      content: `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `${head}<workbook ${main} xmlns:r="${office}"><sheets><sheet name="${sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    },
    {
      name: 'xl/styles.xml',
      content: `${head}<styleSheet ${main}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: `${head}<worksheet ${main}><sheetData>${data}</sheetData></worksheet>`,
    },
  )
}
