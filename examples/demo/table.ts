import type { Api } from './apis.ts'
import type { DemoRequest } from './requests.ts'

interface ApiResponse {
  readonly status: number
  readonly challenge: string | null
  readonly isExpected: boolean
}

/** Sends a request, and compares the response with what is expected. */
async function send(api: Api, { path, token, status, challenge }: DemoRequest): Promise<ApiResponse> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(api.url + path, { headers, signal: AbortSignal.timeout(10_000) })
  await response.body?.cancel()
  const actual = response.headers.get('www-authenticate')
  const isChallengeExpected = challenge === undefined ? actual === null : challenge.test(actual ?? '')
  const isExpected = response.status === status && isChallengeExpected
  return { status: response.status, challenge: actual, isExpected }
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  )
  for (const [index, row] of rows.entries()) {
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd()}`,
    )
    if (index === 0) console.log(`  ${widths.map((width) => '-'.repeat(width)).join('  ')}`)
  }
}

/** Sends the requests to each API, and prints a table of the responses. Returns how many were not as expected. */
export async function testApis(apis: readonly Api[], list: readonly DemoRequest[]): Promise<number> {
  const rows = [['Request', ...apis.map(({ name }) => name), 'WWW-Authenticate']]
  let unexpected = 0
  for (const request of list) {
    const responses = await Promise.all(apis.map((api) => send(api, request)))
    const same = responses.every(({ challenge }) => challenge === responses[0]?.challenge)
    if (!same || responses.some(({ isExpected }) => !isExpected)) unexpected++
    const cells = responses.map(({ status, isExpected }) =>
      isExpected ? `${status}` : `${status} (expected ${request.status})`,
    )
    const challenges = same
      ? (responses[0]?.challenge ?? '-')
      : responses.map(({ challenge }) => challenge ?? '-').join(' | ')
    rows.push([request.name, ...cells, challenges])
  }
  printTable(rows)
  return unexpected
}
