import {
  AuthorizationServerUnavailableError,
  InvalidTokenError,
  MissingTokenError,
  oktaAuth,
  ResourceServerError,
  requireScopes,
} from '@okta-resource-server/express'
import express, { type NextFunction, type Request, type Response } from 'express'
import { checkExpress, options } from '../check.cjs'

const validateAccessToken = oktaAuth(options)
const app = express()
app.get('/messages', validateAccessToken, requireScopes('messages:read'), (req: Request, res: Response) => {
  const subject: string | undefined = req.auth.subject
  // @ts-expect-error: the types are not any
  req.auth.nothing
  res.status(200).json({ subject })
})
app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
  if (error instanceof MissingTokenError || error instanceof InvalidTokenError) {
    return res.status(error.status).json({ message: 'Bad credentials' })
  }
  if (error instanceof AuthorizationServerUnavailableError) return res.status(503).json({})
  if (error instanceof ResourceServerError) return res.status(error.status).json({ message: error.message })
  return res.status(500).json({ message: 'Internal Server Error' })
})
checkExpress(app).then(() => console.log('passed'))
