export const options: { issuer: string; audience: string; jwks: { keys: object[] } }
