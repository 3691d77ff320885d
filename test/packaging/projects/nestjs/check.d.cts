export function checkApi(url: string): Promise<void>
export const options: { issuer: string; audience: string; jwks: { keys: object[] } }
