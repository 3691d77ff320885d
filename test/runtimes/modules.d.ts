/** The module of Cloudflare Workers that gives a worker its settings. */
declare module 'cloudflare:workers' {
  export const env: { readonly ISSUER: string; readonly AUDIENCE: string; readonly INITIAL_JWKS: string }
}

/** The runtime of Cloudflare Workers. */
declare module 'workerd' {
  /** The path of the program. */
  const path: string
  export default path
  /** The newest compatibility date that it supports. */
  export const compatibilityDate: string
}
