// What the conformance suite expects of a server, in its own words: https://github.com/modelcontextprotocol/conformance

/** An image of one pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
/** A recording without samples. */
export const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA='

export const text = (value: string): { type: 'text'; text: string } => ({ type: 'text', text: value })
export const image = { type: 'image', data: PNG, mimeType: 'image/png' } as const
export const audio = { type: 'audio', data: WAV, mimeType: 'audio/wav' } as const
export const resource = (uri: string, mimeType: string, value: string) =>
  ({ type: 'resource', resource: { uri, mimeType, text: value } }) as const

export const RESOURCES = [
  { uri: 'test://static-text', name: 'text', description: 'A text', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'binary', description: 'An image', mimeType: 'image/png' },
] as const

export function readResource(uri: string) {
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: PNG }
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1]
  if (id === undefined)
    return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }
  const data = { id, templateTest: true, data: `Data for ID: ${id}` }
  return { uri, mimeType: 'application/json', text: JSON.stringify(data) }
}

const argument = (name: string) => ({ name, description: name, required: true })
export const PROMPTS = [
  { name: 'test_simple_prompt', description: 'A text' },
  {
    name: 'test_prompt_with_arguments',
    description: 'Arguments',
    arguments: [argument('arg1'), argument('arg2')],
  },
  {
    name: 'test_prompt_with_embedded_resource',
    description: 'A resource',
    arguments: [argument('resourceUri')],
  },
  { name: 'test_prompt_with_image', description: 'An image' },
]

const user = <Content>(content: Content) => ({ role: 'user' as const, content })
export function promptMessages(name: string, given: Readonly<Record<string, string>>) {
  switch (name) {
    case 'test_prompt_with_arguments':
      return [user(text(`Prompt with arguments: arg1='${given.arg1}', arg2='${given.arg2}'`))]
    case 'test_prompt_with_embedded_resource': {
      const embedded = resource(
        given.resourceUri ?? '',
        'text/plain',
        'Embedded resource content for testing.',
      )
      return [user(embedded), user(text('Please process the embedded resource above.'))]
    }
    case 'test_prompt_with_image':
      return [user(image), user(text('Please analyze the image above.'))]
    default:
      return [user(text('This is a simple prompt for testing.'))]
  }
}
