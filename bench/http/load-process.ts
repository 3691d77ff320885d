import { answerQuestions, tell } from '../child.ts'
import { settingFromEnvironment } from '../policy.ts'
import { repeatedTokens, TokenFile } from '../token-store.ts'
import type { Load } from './candidates.ts'
import { Connection } from './connection.ts'

// The load generator, in a separate process.

export interface LoadQuestion {
  /** Connecting is not measured: first `open`, then `run`. */
  readonly kind: 'open' | 'run'
  readonly port: number
  readonly milliseconds: number
  readonly connections: number
  /** Repeats 100 tokens, or sends each new token of the file once, in order. */
  readonly tokens: Load
  /** The expected status. */
  readonly status: number
  /** No more requests with new tokens than this. */
  readonly most: number
}

export interface LoadAnswer {
  readonly requests: number
  readonly milliseconds: number
  /** Responses with another status than expected. */
  readonly unexpected: number
  readonly p99: number
}

const { folder } = settingFromEnvironment()

function requestBytes(token: string): Buffer {
  return Buffer.from(
    `GET /messages HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench\r\naccept: application/json\r\nauthorization: Bearer ${token}\r\n\r\n`,
  )
}

const hot = repeatedTokens(folder, 'RS256').map(requestBytes)
/** By port, since each server gets every token of the file once. */
const coldFiles = new Map<number, TokenFile>()

function coldFile(port: number): TokenFile {
  const file = coldFiles.get(port) ?? new TokenFile(folder, 'RS256')
  coldFiles.set(port, file)
  return file
}

let requests: Buffer[] = []
let connections: Connection[] = []
let next: () => Buffer | undefined = () => undefined
let done: (status: number, latency: number) => void = () => {}

async function open({ port, connections: count, tokens, most }: LoadQuestion): Promise<object> {
  if (tokens === 'hot') requests = hot
  else {
    const file = coldFile(port)
    if (file.left < count) throw new Error('Not enough signed tokens: raise `tokens` in bench/plan.ts')
    requests = file.take(Math.min(most, file.left)).map(requestBytes)
  }
  connections = Array.from(
    { length: count },
    () =>
      new Connection(
        port,
        () => next(),
        (status, latency) => done(status, latency),
      ),
  )
  await Promise.all(connections.map((connection) => connection.opened()))
  return {}
}

async function run({ port, milliseconds, tokens, status: expected }: LoadQuestion): Promise<LoadAnswer> {
  let sent = 0
  let unexpected = 0
  const latencies: number[] = []
  // Waking a sleeping generator would cost the server time at each write. With new tokens the generator may sleep,
  // since the server's thread pool needs its core for signatures.
  let spinning = tokens === 'hot'
  const spin = (): void => {
    if (spinning) setImmediate(spin)
  }
  spin()
  const from = performance.now()
  next = () => {
    if (performance.now() >= from + milliseconds) return undefined
    if (tokens === 'cold' && sent >= requests.length) return undefined
    return requests[sent++ % requests.length]
  }
  done = (status, latency) => {
    latencies.push(latency)
    if (status !== expected) unexpected++
  }
  await Promise.all(connections.map((connection) => connection.run()))
  const took = performance.now() - from
  spinning = false
  for (const connection of connections) connection.close()
  if (tokens === 'cold') coldFile(port).putBack(requests.length - sent)
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    milliseconds: took,
    unexpected,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
  }
}

answerQuestions<LoadQuestion>((question) => (question.kind === 'open' ? open(question) : run(question)))
tell({ ready: true })
