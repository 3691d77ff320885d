import { answerQuestions, tell } from '../child.ts'
import { type Algorithm, settingFromEnvironment } from '../policy.ts'
import { clock, type Taken } from '../thread-time.ts'
import { TokenFile } from '../token-store.ts'
import { CANDIDATES } from './candidates.ts'
import { checkCandidate } from './check.ts'

// One candidate in a process of its own, so that nobody's garbage or type feedback is another's burden.

/** What the main process asks for. */
export type Question =
  /** The same few tokens again and again, one after the other, for so long. */
  | { readonly kind: 'hot'; readonly milliseconds: number; readonly distinct: number }
  /** So many tokens never seen before, so many at once. */
  | { readonly kind: 'cold'; readonly count: number; readonly concurrency: number }

export interface Answer extends Taken {
  readonly tokens: number
}

const [name, algorithm] = process.argv.slice(2) as [string, Algorithm]
const setting = settingFromEnvironment()
const candidate = CANDIDATES.find((each) => each.name === name)
if (candidate === undefined) throw new Error(`No candidate is called ${name}`)
const { verify, prepare = (token: string): unknown => token } = await candidate.make(setting, algorithm)
const run = verify as (input: unknown) => unknown
const file = new TokenFile(setting.folder, algorithm)
const hotInputs = new TokenFile(setting.folder, algorithm).take(100).map(prepare)

const judge = async (token: string): Promise<boolean> => {
  try {
    await run(prepare(token))
    return true
  } catch {
    return false
  }
}

async function hot(milliseconds: number, distinct: number): Promise<Answer> {
  const inputs = hotInputs.slice(0, distinct)
  let tokens = 0
  const taken = clock()
  const until = performance.now() + milliseconds
  while (performance.now() < until) {
    for (const input of inputs) {
      const outcome = run(input)
      if (outcome instanceof Promise) await outcome
    }
    tokens += inputs.length
  }
  return { ...taken(), tokens }
}

async function cold(count: number, concurrency: number): Promise<Answer> {
  const inputs = file.take(count).map(prepare)
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < inputs.length) {
      const outcome = run(inputs[next++])
      if (outcome instanceof Promise) await outcome
    }
  }
  const taken = clock()
  await Promise.all(Array.from({ length: concurrency }, lane))
  return { ...taken(), tokens: count }
}

await checkCandidate(name, judge, setting, algorithm, candidate.kind === 'limit')
answerQuestions<Question>((question) =>
  question.kind === 'hot'
    ? hot(question.milliseconds, question.distinct)
    : cold(question.count, question.concurrency),
)
tell({ ready: true })
