import { writeFileSync } from 'node:fs'
import { specificationPage } from './page.ts'

/** The page that is generated from this folder. */
export const PAGE: URL = new URL('../../docs/specification.md', import.meta.url)

if (import.meta.main) writeFileSync(PAGE, specificationPage())
