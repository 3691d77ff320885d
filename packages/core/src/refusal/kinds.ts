// Two copies of this package can meet in one process: CommonJS beside ESM, or two versions in one workspace. Their
// classes differ, so `instanceof` also accepts an instance that lists the kind of the class.
const KINDS = Symbol.for('okta-resource-server.kinds')

type ErrorClass = abstract new (...args: never[]) => object

function hasKind(value: unknown, kind: string): boolean {
  const kinds = (value as Readonly<Record<symbol, unknown>> | null | undefined)?.[KINDS]
  return Array.isArray(kinds) && kinds.includes(kind)
}

/**
 * Lets `instanceof` recognise instances of this class that another copy of this package made.
 *
 * The ordinary check comes first. `instanceof` never throws, and a subclass that users derive keeps the ordinary check.
 */
export function declareKind(errorClass: ErrorClass, kind: string): void {
  const inherited = (errorClass.prototype as Record<symbol, readonly string[] | undefined>)[KINDS] ?? []
  Object.defineProperty(errorClass.prototype, KINDS, { value: Object.freeze([kind, ...inherited]) })
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      try {
        const ordinary = Function.prototype[Symbol.hasInstance].call(this, value)
        return ordinary || (this === errorClass && hasKind(value, kind))
      } catch {
        return false
      }
    },
  })
}
