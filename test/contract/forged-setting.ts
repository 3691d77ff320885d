import { afterAll, beforeAll, describe, test } from 'vitest'
import { startApis } from './apis.ts'
import { ask } from './ask.ts'
import type { ForgedCase } from './case.ts'
import { expectAnswers, titleOf } from './expect-answer.ts'
import type { Workshop } from './workshop.ts'

export interface Setting {
  readonly name: string
  readonly options: (workshop: Workshop) => Parameters<typeof startApis>[0]
  readonly cases: readonly ForgedCase[]
}

/** One test for each case, which asks each API with these options. */
export function describeSetting({ name: setting, options, cases }: Setting, workshop: () => Workshop): void {
  describe(setting, () => {
    let started: Awaited<ReturnType<typeof startApis>>
    beforeAll(async () => {
      started = await startApis(options(workshop()))
    })
    afterAll(() => started?.stop())

    for (const each of cases) {
      test(titleOf(each), async () => {
        const lines = await each.lines(workshop())
        const answers = started.apis.map(async ({ name, url }) => {
          const answer = await ask(url + (each.path ?? '/any'), lines)
          return [name, answer] as const
        })

        expectAnswers(Object.fromEntries(await Promise.all(answers)), each, lines)
      })
    }
  })
}
