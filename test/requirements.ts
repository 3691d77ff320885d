import { OKTA } from './requirements/okta.ts'
import type { Requirement } from './requirements/requirement.ts'
import { RFC6750 } from './requirements/rfc6750.ts'
import { RFC7515 } from './requirements/rfc7515.ts'
import { RFC7517 } from './requirements/rfc7517.ts'
import { RFC7519 } from './requirements/rfc7519.ts'
import { RFC8414 } from './requirements/rfc8414.ts'
import { RFC8725 } from './requirements/rfc8725.ts'
import { RFC9068 } from './requirements/rfc9068.ts'

export type { Requirement } from './requirements/requirement.ts'

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
