import { OKTA } from './okta.ts'
import type { Requirement } from './requirement.ts'
import { RFC6750 } from './rfc6750.ts'
import { RFC7515 } from './rfc7515.ts'
import { RFC7517 } from './rfc7517.ts'
import { RFC7519 } from './rfc7519.ts'
import { RFC8414 } from './rfc8414.ts'
import { RFC8725 } from './rfc8725.ts'
import { RFC9068 } from './rfc9068.ts'

export type { Requirement } from './requirement.ts'

/**
 * What the specifications ask of a resource server. A test proves a requirement by citing its id in brackets, in
 * its name or in a comment; `requirements.test.ts` fails when one is neither proved nor explained.
 */
export const REQUIREMENTS: readonly Requirement[] = [
  ...RFC6750,
  ...RFC7515,
  ...RFC7517,
  ...RFC7519,
  ...RFC8414,
  ...RFC8725,
  ...RFC9068,
  ...OKTA,
]
