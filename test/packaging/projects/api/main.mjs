import { checkAll } from './app.mjs'

await checkAll()
console.log('passed')
