import { answerQuestions, tell } from '../child.ts'
import { checkedInstance } from '../core/check.ts'
import { concurrently, oneByOne } from '../core/loads.ts'
import type { Plan } from '../plan.ts'
import { settingFromEnvironment } from '../policy.ts'
import { repeatedTokens, TokenFile } from '../token-store.ts'
import { COMPARISONS, type Side } from './comparisons.ts'
import { interleavedSlices, type Slice, type Sliced } from './slices.ts'

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

const copyOf = (token: string): string => Buffer.from(token).toString('latin1')

async function slicedOf(which: Side): Promise<(plan: Plan) => Sliced<readonly unknown[]>> {
  const { run, prepare } = await checkedInstance(which, setting, algorithm)
  if (load === 'hot') {
    const tokens = repeatedTokens(setting.folder, algorithm)
    // Each time in a new string, as a request brings it.
    const next = (_: unknown, index: number): unknown =>
      prepare(copyOf(tokens[index % tokens.length] as string))
    return ({ sliceRepeatedTokens }) => ({
      prepare: () => Array.from({ length: sliceRepeatedTokens }, next),
      run: (inputs) => oneByOne(inputs, run),
    })
  }
  // Each side has its own position in the file, so both get the same tokens, each of them new.
  const file = new TokenFile(setting.folder, algorithm)
  return ({ sliceTokens }) => ({
    prepare: () => file.take(sliceTokens[algorithm]).map(prepare),
    run: (inputs) => concurrently(inputs, run),
  })
}

const sliced = new Map<'side' | 'base', (plan: Plan) => Sliced<readonly unknown[]>>()
for (const which of first === 'side' ? (['side', 'base'] as const) : (['base', 'side'] as const)) {
  sliced.set(which, await slicedOf(comparison[which]))
}

answerQuestions<SlicesQuestion>(async ({ plan, count }): Promise<SlicesAnswer> => {
  const names = [...sliced.keys()]
  const slices = await interleavedSlices(
    [...sliced.values()].map((make) => make(plan)),
    count,
  )
  return Object.fromEntries(names.map((which, index) => [which, slices[index]])) as unknown as SlicesAnswer
})
tell({ ready: true })
