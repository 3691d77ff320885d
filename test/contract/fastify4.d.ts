/** Fastify 4 under an alias. The parts that the tests use have the types of Fastify 5. */
declare module 'fastify4' {
  export { default } from 'fastify'
}
