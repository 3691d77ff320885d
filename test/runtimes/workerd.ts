import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { rolldown } from 'rolldown'
import workerd from 'workerd'

/** Bundles a worker and its dependencies into one module, as Cloudflare's tools do. */
export async function bundleWorker(input: string): Promise<string> {
  const bundle = await rolldown({
    input,
    external: [/^node:/, /^cloudflare:/],
    resolve: { conditionNames: ['source', 'workerd', 'worker', 'browser', 'import'] },
  })
  const { output } = await bundle.generate({ format: 'esm' })
  if (output.length !== 1) throw new Error(`the bundle has ${output.length} files`)
  return output[0].code
}

/** The configuration of workerd, in the text form of Cap'n Proto. A worker may only connect to this machine. */
function configuration(date: string, bindings: Readonly<Record<string, string>>): string {
  const list = Object.entries(bindings).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "api", worker = .api), (name = "internet", network = (allow = ["local"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "api")],
);
const api :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "${date}",
  compatibilityFlags = ["nodejs_compat"],
  bindings = [${list.join(', ')}],
);
`
}

/** A worker that runs in workerd. */
export interface RunningWorker {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Waits until workerd listens, and returns its port. */
async function portOf(child: ChildProcess): Promise<number> {
  let log = ''
  child.stderr?.on('data', (chunk) => {
    log += String(chunk)
  })
  const [message] = (await Promise.race([
    once(child.stdio[3] as Readable, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`workerd did not start: ${log}`))),
  ])) as [Buffer]
  return (JSON.parse(message.toString().split('\n')[0] as string) as { port: number }).port
}

/** Runs a bundled worker until it is stopped. */
export async function runWorker(
  code: string,
  date: string,
  bindings: Readonly<Record<string, string>>,
): Promise<RunningWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'workerd-'))
  await writeFile(join(folder, 'worker.js'), code)
  await writeFile(join(folder, 'config.capnp'), configuration(date, bindings))
  const child = spawn(workerd, ['serve', join(folder, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit')
    await rm(folder, { recursive: true })
  }
  try {
    return { url: `http://127.0.0.1:${await portOf(child)}`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
