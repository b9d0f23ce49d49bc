import fc from 'fast-check'
import { expect, it } from 'vitest'
import { childrenNamed, childText, readXml, writeXml } from '../../../local/s3/xml.ts'

it('reads any text back that it wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(childText(readXml(writeXml('Tag', { Value: text }), 'Tag'), 'Value')).toBe(text)
    }),
  )
})

it('reads elements, entities and what stands between', () => {
  const source = `<?xml version="1.0"?>
    <!-- two --><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Object><Key>a&amp;b&#x2F;&#47;&lt;</Key></Object><Object/>
    </Delete>`
  const objects = childrenNamed(readXml(source, 'Delete'), 'Object')
  expect(objects.map(object => childText(object, 'Key'))).toEqual(['a&b//<', undefined])
})

it.each([
  '',
  'text',
  '<Tag>',
  '<Tag></Other>',
  '<Tag></Tag></Tag>',
  '<Tag/><Tag/>',
  '<Other/>',
  '<Tag>&#x110000;</Tag>',
  '<Tag><</Tag>',
  '<!DOCTYPE Tag [<!ENTITY a "b">]><Tag>&a;</Tag>',
])('refuses %s', source => {
  expect(() => readXml(source, 'Tag')).toThrow('The XML you provided')
})
