import { setTimeout as wait } from 'node:timers/promises'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import {
  type CallToolResult,
  CreateMessageResultSchema,
  ElicitResultSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js'
import { audio, image, resource, text } from './content.ts'

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>
type Given = Readonly<Record<string, string>>
type Content = CallToolResult['content']

interface Tool {
  readonly schema?: object
  readonly run: (given: Given, extra: Extra) => Content | Promise<Content>
}

const argument = (name: string) => ({
  type: 'object',
  properties: { [name]: { type: 'string' } },
  required: [name],
})

const log = (data: string, { sendNotification }: Extra) =>
  sendNotification({ method: 'notifications/message', params: { level: 'info', data } })

const progress = async (done: number, { _meta, sendNotification }: Extra) => {
  const { progressToken } = _meta ?? {}
  if (progressToken === undefined) return
  const params = { progressToken, progress: done, total: 100 }
  await sendNotification({ method: 'notifications/progress', params })
}

async function elicit(message: string, properties: object, required: string[], { sendRequest }: Extra) {
  const requestedSchema = { type: 'object', properties, required }
  const request = { method: 'elicitation/create', params: { message, requestedSchema } } as ServerRequest
  return sendRequest(request, ElicitResultSchema)
}

async function elicited(properties: object, extra: Extra): Promise<Content> {
  const { action, content = {} } = await elicit('Please answer', properties, [], extra)
  return [text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`)]
}

const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}
const titled = (prefix: string) => [1, 2, 3].map((n) => ({ const: `value${n}`, title: `${prefix} ${n}` }))
const OPTIONS = ['option1', 'option2', 'option3']
const ENUMS = {
  untitledSingle: { type: 'string', enum: OPTIONS },
  titledSingle: { type: 'string', oneOf: titled('Option') },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
  titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
}

export const TOOLS: Readonly<Record<string, Tool>> = {
  test_simple_text: { run: () => [text('This is a simple text response for testing.')] },
  test_image_content: { run: () => [image] },
  test_audio_content: { run: () => [audio] },
  test_embedded_resource: {
    run: () => [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  },
  test_multiple_content_types: {
    run: () => [
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  },
  test_tool_with_logging: {
    run: async (_, extra) => {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await log(data, extra)
        await wait(50)
      }
      return [text('done')]
    },
  },
  test_error_handling: {
    run: () => {
      throw new Error('This tool intentionally returns an error for testing')
    },
  },
  test_tool_with_progress: {
    run: async (_, extra) => {
      for (const done of [0, 50, 100]) {
        await progress(done, extra)
        await wait(50)
      }
      return [text('done')]
    },
  },
  test_sampling: {
    schema: argument('prompt'),
    run: async ({ prompt = '' }, { sendRequest }) => {
      const params = { messages: [{ role: 'user' as const, content: text(prompt) }], maxTokens: 100 }
      const { content } = await sendRequest(
        { method: 'sampling/createMessage', params },
        CreateMessageResultSchema,
      )
      return [text(`LLM response: ${(content as { text?: string }).text}`)]
    },
  },
  test_elicitation: {
    schema: argument('message'),
    run: async ({ message = '' }, extra) => {
      const properties = { username: { type: 'string' }, email: { type: 'string' } }
      const { action, content = {} } = await elicit(message, properties, ['username', 'email'], extra)
      return [text(`User response: action: ${action}, content: ${JSON.stringify(content)}`)]
    },
  },
  test_elicitation_sep1034_defaults: { run: (_, extra) => elicited(DEFAULTS, extra) },
  test_elicitation_sep1330_enums: { run: (_, extra) => elicited(ENUMS, extra) },
  test_reconnection: {
    run: async (_, { closeSSEStream }) => {
      closeSSEStream?.()
      await wait(100)
      return [text('Reconnected')]
    },
  },
  json_schema_2020_12_tool: {
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
      },
      properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
      additionalProperties: false,
    },
    run: (given) => [text(JSON.stringify(given))],
  },
}
