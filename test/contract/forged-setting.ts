import { afterAll, beforeAll, describe, test } from 'vitest'
import { APIS, type Api, startApis } from './apis.ts'
import { ask } from './ask.ts'
import type { ForgedCase } from './case.ts'
import { expectAnswer, titleOf } from './expect-answer.ts'
import type { Workshop } from './workshop.ts'

export interface Setting {
  readonly name: string
  readonly options: (workshop: Workshop) => Parameters<typeof startApis>[0]
  readonly cases: readonly ForgedCase[]
}

/** One test for each case and API, on APIs with these options. */
export function describeSetting({ name: setting, options, cases }: Setting, workshop: () => Workshop): void {
  describe(setting, () => {
    let started: Awaited<ReturnType<typeof startApis>>
    beforeAll(async () => {
      started = await startApis(options(workshop()))
    })
    afterAll(() => started?.stop())

    describe.each(Object.keys(APIS))('%s', (name) => {
      const api = (): Api => started.apis.find((candidate) => candidate.name === name) as Api

      for (const each of cases) {
        test(titleOf(each), async () => {
          const lines = await each.lines(workshop())

          expectAnswer(await ask(api().url + (each.path ?? '/any'), lines), each, lines)
        })
      }
    })
  })
}
