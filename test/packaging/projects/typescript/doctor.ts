import { run, type Streams } from '@okta-resource-server/doctor'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [IsAny<Streams>, IsAny<ReturnType<typeof run>>] = [false, false]

const { stdin: input, stdout: output, stderr: errors } = process
export const status: Promise<number> = run(['--help'], { input, output, errors })
