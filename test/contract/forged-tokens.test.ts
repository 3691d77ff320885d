import { afterAll, beforeAll } from 'vitest'
import { OF_NARROW_APIS, OF_TOKENS } from './cases.ts'
import { NARROW } from './cases-parties.ts'
import { describeSetting } from './forged-setting.ts'
import { Workshop } from './workshop.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await Workshop.open()
})
afterAll(() => workshop?.close())

describeSetting(
  { name: 'a well-meant API', options: ({ options }) => options, cases: OF_TOKENS },
  () => workshop,
)

describeSetting(
  {
    name: 'an API for one client, one algorithm and young tokens',
    options: ({ options }) => ({ ...options, ...NARROW }),
    cases: OF_NARROW_APIS,
  },
  () => workshop,
)
