// The API as a Cloudflare Worker. It needs the compatibility flag `nodejs_compat` and a compatibility date of 2025-04-01 or
// later, with which `process.env` contains the variables of the worker.
export { app as default } from './app.ts'
