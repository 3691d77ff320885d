import { checkAll } from './app.mjs'

// Without top-level await, which CommonJS output does not have.
checkAll().then(() => console.log('passed'))
