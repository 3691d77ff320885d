import { answerQuestions, tell } from '../child.ts'
import { type Algorithm, settingFromEnvironment } from '../policy.ts'
import { startClock, type Taken } from '../thread-time.ts'
import { repeatedTokens, TokenFile } from '../token-store.ts'
import { candidateNamed } from './candidates.ts'
import { checkedInstance } from './check.ts'
import { concurrently, repeatedly } from './loads.ts'

// One candidate in a separate process, so that the garbage and type feedback of one do not slow down another.

export type Question =
  /** The same 100 tokens repeated, one after the other, for so long. */
  | { readonly kind: 'hot'; readonly milliseconds: number }
  /** So many new tokens. */
  | { readonly kind: 'cold'; readonly count: number }

export interface Answer extends Taken {
  readonly tokens: number
}

const [name, algorithm] = process.argv.slice(2) as [string, Algorithm]
const setting = settingFromEnvironment()
const { run, prepare } = await checkedInstance(candidateNamed(name), setting, algorithm)
const file = new TokenFile(setting.folder, algorithm)
/** Strings per repeated token. A request brings its token in a new one, and comparing a string with itself takes no time. */
const STRINGS = 10
const hotInputs = Array.from({ length: STRINGS }, () =>
  repeatedTokens(setting.folder, algorithm).map(prepare),
).flat()

async function timed(work: () => Promise<number>): Promise<Answer> {
  const stop = await startClock()
  const tokens = await work()
  return { ...(await stop()), tokens }
}

answerQuestions<Question>((question) => {
  if (question.kind === 'hot') return timed(() => repeatedly(hotInputs, run, question.milliseconds))
  const inputs = file.take(question.count).map(prepare)
  return timed(() => concurrently(inputs, run))
})
tell({ ready: true })
