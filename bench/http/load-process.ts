import { answerQuestions, tell } from '../child.ts'
import { settingFromEnvironment } from '../policy.ts'
import { TokenFile } from '../token-store.ts'
import { Connection } from './connection.ts'

// The load generator, in a process of its own.

export interface LoadQuestion {
  readonly port: number
  readonly milliseconds: number
  readonly connections: number
  /** Repeats 100 tokens, or sends each of the file once, in its order. */
  readonly tokens: 'hot' | 'cold'
  /** No more cold requests than this. */
  readonly most: number
}

export interface LoadAnswer {
  readonly requests: number
  readonly milliseconds: number
  /** Answers other than 200. */
  readonly refused: number
  readonly p99: number
}

const { folder } = settingFromEnvironment()

function requestBytes(token: string): Buffer {
  return Buffer.from(
    `GET /messages HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench\r\naccept: application/json\r\nauthorization: Bearer ${token}\r\n\r\n`,
  )
}

const hot = new TokenFile(folder, 'RS256').take(100).map(requestBytes)
/** By port, since each server must see each token of the file for the first time. */
const coldFiles = new Map<number, TokenFile>()

function coldFile(port: number): TokenFile {
  const file = coldFiles.get(port) ?? new TokenFile(folder, 'RS256')
  coldFiles.set(port, file)
  return file
}

async function load({ port, milliseconds, connections, tokens, most }: LoadQuestion): Promise<LoadAnswer> {
  const requests = tokens === 'hot' ? hot : coldFile(port).take(most).map(requestBytes)
  globalThis.gc?.()
  let sent = 0
  let refused = 0
  let until = Number.POSITIVE_INFINITY
  const latencies: number[] = []
  const next = (): Buffer | undefined => {
    if (performance.now() >= until || (tokens === 'cold' && sent >= requests.length)) return undefined
    return requests[sent++ % requests.length]
  }
  const done = (ok: boolean, latency: number): void => {
    latencies.push(latency)
    if (!ok) refused++
  }
  const all = Array.from({ length: connections }, () => new Connection(port, next, done))
  const from = performance.now()
  until = from + milliseconds
  await Promise.all(all.map((connection) => connection.run()))
  const took = performance.now() - from
  for (const connection of all) connection.close()
  if (tokens === 'cold') coldFile(port).putBack(requests.length - Math.min(sent, requests.length))
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    milliseconds: took,
    refused,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
  }
}

answerQuestions(load)
tell({ ready: true })
