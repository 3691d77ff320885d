export default {
  // The workspace, because its packages are linked.
  turbopack: { root: new URL('../..', import.meta.url).pathname },
}
