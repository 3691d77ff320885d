export function checkApi(url: string): Promise<void>
export function checkCore(core: unknown): Promise<void>
export function checkExpress(app: unknown): Promise<void>
export function checkFastify(app: unknown): Promise<void>
export const options: { issuer: string; audience: string; jwks: { keys: object[] } }
