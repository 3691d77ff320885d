/**
 * What all copies of this package in the process share, such as its ES modules and its CommonJS modules: the value of the
 * first copy that asks. `undefined`: nothing can be shared, because the global object is frozen.
 *
 * @param name - a registered symbol
 */
export function sharedByCopies<T>(name: symbol, create: () => T): T | undefined {
  const shared = globalThis as { [name: symbol]: T | undefined }
  try {
    shared[name] ??= create()
  } catch {
    // The global object is frozen.
  }
  return shared[name]
}
