import { type TestAPI, test } from 'vitest'
import { Setting } from './setting.ts'

/** Tests that run side by side, since what they do most is wait; each has a setting of its own. */
export const concurrentTest: TestAPI<{ setting: Setting }> = test.extend<{ setting: Setting }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that are needed off the pattern
  setting: async ({}, use) => {
    const setting = await Setting.open()
    await use(setting)
    await setting.close()
  },
}).concurrent as TestAPI<{ setting: Setting }>
