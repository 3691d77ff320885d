import type { Requirement, SpecificationDocument } from './requirement.ts'

const entry = (
  id: string,
  section: string,
  level: Requirement['level'],
  text: string,
  note?: string,
): Requirement => ({
  id,
  section,
  level,
  text,
  ...(note !== undefined && { note }),
})

export const RFC9728: SpecificationDocument = {
  name: 'RFC 9728',
  title: 'OAuth 2.0 Protected Resource Metadata',
  url: 'https://www.rfc-editor.org/rfc/rfc9728#section-',
  requirements: [
    entry(
      'PRM-01',
      '3',
      'MUST',
      'The metadata is at the URL that has the well-known path between host and path of the resource identifier: a response to GET with status 200 and a JSON object of the type application/json.',
    ),
    entry(
      'PRM-02',
      '3.3',
      'MUST',
      'The member resource is identical to the resource identifier, character by character.',
    ),
    entry(
      'PRM-03',
      '3.2',
      'MUST',
      'Members without a value are left out, and none is never among the signing algorithms.',
    ),
    entry(
      'PRM-04',
      '7.10',
      'SHOULD',
      'The metadata lists the scopes in scopes_supported, and its response says for how long it can be cached.',
      'The scopes are those of the option resource: which scopes an API has, only its author knows.',
    ),
    entry(
      'PRM-05',
      '5.1',
      'MUST',
      'The challenge of every 401 and 403 has the parameter resource_metadata with the URL of the metadata.',
      'The specification allows it; this library does so for every challenge if the option resource is set.',
    ),
    entry(
      'PRM-06',
      '2',
      'MUST',
      'The members about sender-constrained tokens follow the configuration, and the metadata can be read without a token and by scripts of every origin.',
      'A rule of this library.',
    ),
  ],
}
