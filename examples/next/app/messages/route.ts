import { withAuth } from '../../auth.ts'

export const GET = withAuth({ scopes: ['messages:read'] }, (_request, auth) =>
  Response.json([{ to: auth.subject, text: 'Hello' }]),
)
