interface CloudflareWorkers {
  waitUntil(work: Promise<unknown>): void
}

/** Loaded this way because other runtimes and bundlers cannot resolve an import of this name. */
const workers = globalThis.process?.getBuiltinModule?.('cloudflare:workers') as CloudflareWorkers | undefined

/**
 * Lets work that requests share continue after the response of the request that started it.
 *
 * Cloudflare Workers stop the work of a request when its response is sent. A promise that other requests wait for then
 * never settles. Other runtimes need nothing.
 */
export function keepAlive<T>(work: Promise<T>): Promise<T> {
  try {
    workers?.waitUntil(work.catch(() => {}))
  } catch {
    // Outside of a request there is no response to outlive.
  }
  return work
}
