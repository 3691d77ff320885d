// The same behind nginx, which terminates TLS:
//
//   ssl_verify_client optional_no_ca;
//   proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
//   proxy_set_header X-Proxy-Secret "the value of PROXY_SECRET";
import { nginxClientCert, oktaAuth, requireAuth } from '@okta-resource-server/express'
import express from 'express'

export const app = express()
const certificate = nginxClientCert({
  header: 'x-client-cert',
  secret: { header: 'x-proxy-secret', value: process.env.PROXY_SECRET ?? '' },
})
app.use(oktaAuth({ mtls: { mode: 'allowed', certificate } }))
app.get('/payments', requireAuth({ possession: 'mtls' }), (req, res) => res.json(req.auth.confirmation))
