export function tokenWith(...scopes: string[]): string
export const options: { issuer: string; audience: string; jwks: { keys: object[] } }
