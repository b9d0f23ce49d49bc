import { S3Error } from './error.ts'

export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

export type XmlValue = string | number | boolean | undefined | XmlFields | readonly XmlFields[]
export interface XmlFields {
  readonly [name: string]: XmlValue
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'
const token = /<\?.*?\?>|<!--.*?-->|<(\/?)([A-Za-z_][\w.:-]*)([^<>]*?)(\/?)>|([^<]+)/gsy
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Elements and text are all that S3's requests are made of; attributes are passed over, a DOCTYPE is refused. */
export function readXml(source: string, root: string): XmlElement {
  const document = { name: '', text: '', children: [] as XmlElement[] }
  const open = [document]
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const [whole, closing, name, , selfClosing, text] = token.exec(source) ?? malformed('is not well-formed XML')
    const parent = open.at(-1) ?? document
    if (text !== undefined) parent.text += unescapeText(text)
    else if (name === undefined) continue
    else if (closing) {
      if (open.pop()?.name !== name) malformed(`closes ${whole} which is not open`)
    } else {
      const element = { name, text: '', children: [] }
      parent.children.push(element)
      if (!selfClosing) open.push(element)
    }
  }
  const [element, another] = document.children
  if (open.length > 1 || another || element?.name !== root) malformed(`should be one <${root}>`)
  return element
}

export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find(child => child.name === name)?.text
}

export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(child => child.name === name)
}

export function malformed(what: string): never {
  throw new S3Error('MalformedXML', `The XML you provided ${what}`)
}

/** An array repeats its element, an undefined value leaves it out. */
export function writeXml(root: string, fields: XmlFields): string {
  return `${declaration}<${root} xmlns="${namespace}">${inner(fields)}</${root}>`
}

/** An error is in no namespace; some clients cannot read it otherwise. */
export function writeXmlError(fields: XmlFields): string {
  return `${declaration}<Error>${inner(fields)}</Error>`
}

function inner(fields: XmlFields): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => [value].flat().map(one => element(name, one)))
    .join('')
}

function element(name: string, value: Exclude<XmlValue, readonly XmlFields[]>): string {
  if (value === undefined) return ''
  return `<${name}>${typeof value === 'object' ? inner(value) : escapeText(String(value))}</${name}>`
}

function escapeText(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, character => `&#x${character.charCodeAt(0).toString(16)};`)
}

function unescapeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : malformed(`names no character by ${whole}`)
  })
}
