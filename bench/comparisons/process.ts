import { answerQuestions, tell } from '../child.ts'
import { type Checked, checkedInstance } from '../core/check.ts'
import { concurrently, oneByOne } from '../core/loads.ts'
import { GROUP, timeOfGroups } from '../groups.ts'
import type { Plan } from '../plan.ts'
import { settingFromEnvironment } from '../policy.ts'
import { readKeys, repeatedTokens, TokenFile } from '../token-store.ts'
import { COMPARISONS, type Side } from './comparisons.ts'
import { interleavedSlices, measuredSlice, type Slice } from './slices.ts'

// Both sides of one comparison, in one process.

export interface SlicesQuestion {
  readonly plan: Plan
  readonly count: number
}

export type SlicesAnswer = Readonly<Record<'side' | 'base', readonly Slice[]>>

const [name, first] = process.argv.slice(2) as [string, 'side' | 'base']
const setting = settingFromEnvironment()
const comparison = COMPARISONS.find((each) => each.name === name)
if (comparison === undefined) throw new Error(`No comparison is called ${name}`)
const { algorithm, load } = comparison

const repeated =
  load === 'refused'
    ? [readKeys(setting.folder).samples[algorithm].expired]
    : repeatedTokens(setting.folder, algorithm)
const copyOf = (token: string): string => Buffer.from(token).toString('latin1')

/** A request that must be refused, and the headers of the response. */
function refused({ run, prepare }: Checked): Checked {
  const refuse = async (input: unknown): Promise<unknown> => {
    try {
      await run(input)
    } catch (error) {
      return (error as { readonly headers: object }).headers
    }
    throw new Error('An expired token is accepted')
  }
  return { run: refuse, prepare }
}

/** Groups of repeated tokens, of which the main thread does all the work. */
async function hotSlice({ run, prepare }: Checked, { sliceRepeatedTokens }: Plan): Promise<Slice> {
  let next = 0
  const took = await timeOfGroups(sliceRepeatedTokens, async () => {
    const inputs = Array.from({ length: GROUP }, () =>
      // Each time in a new string, as a request brings it.
      prepare(copyOf(repeated[next++ % repeated.length] as string)),
    )
    const started = performance.now()
    await oneByOne(inputs, run)
    return performance.now() - started
  })
  return { wall: took, main: took }
}

/** New tokens, 100 at once. */
async function coldSlice({ run, prepare }: Checked, file: TokenFile, { sliceTokens }: Plan): Promise<Slice> {
  const inputs = file.take(sliceTokens[algorithm]).map(prepare)
  return measuredSlice(() => concurrently(inputs, run))
}

async function sliceOf(which: Side): Promise<(plan: Plan) => Promise<Slice>> {
  const checked = await checkedInstance(which, setting, algorithm)
  if (load === 'hot') return (plan) => hotSlice(checked, plan)
  // A refusal takes as long as many hits.
  if (load === 'refused') {
    return (plan) =>
      hotSlice(refused(checked), { ...plan, sliceRepeatedTokens: plan.sliceRepeatedTokens / 10 })
  }
  // Each side has its own position in the file, so both get the same tokens, each of them new.
  const file = new TokenFile(setting.folder, algorithm)
  return (plan) => coldSlice(checked, file, plan)
}

const slices = new Map<'side' | 'base', (plan: Plan) => Promise<Slice>>()
for (const which of first === 'side' ? (['side', 'base'] as const) : (['base', 'side'] as const)) {
  slices.set(which, await sliceOf(comparison[which]))
}

answerQuestions<SlicesQuestion>(async ({ plan, count }): Promise<SlicesAnswer> => {
  const names = [...slices.keys()]
  const all = [...slices.values()].map((slice) => () => slice(plan))
  const answers = await interleavedSlices(all, count)
  return Object.fromEntries(names.map((which, index) => [which, answers[index]])) as unknown as SlicesAnswer
})
tell({ ready: true })
