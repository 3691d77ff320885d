import { type TestAPI, test } from 'vitest'
import { Setting } from './setting.ts'

/** Concurrent tests, for tests that mostly wait. Each has its own setting. */
export const concurrentTest: TestAPI<{ setting: Setting }> = test.extend<{ setting: Setting }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the required fixtures from the pattern
  setting: async ({}, use) => {
    const setting = await Setting.open()
    await use(setting)
    await setting.close()
  },
}).concurrent as TestAPI<{ setting: Setting }>
