import { DELEGATION } from './delegation.ts'
import { FAPI2 } from './fapi2.ts'
import { INTROSPECTION } from './introspection.ts'
import { MCP } from './mcp.ts'
import { OAUTH21 } from './oauth21.ts'
import { OKTA } from './okta.ts'
import type { Requirement, SpecificationDocument } from './requirement.ts'
import { REVOCATION } from './revocation.ts'
import { RFC6750 } from './rfc6750.ts'
import { RFC7515 } from './rfc7515.ts'
import { RFC7517 } from './rfc7517.ts'
import { RFC7519 } from './rfc7519.ts'
import { RFC8414 } from './rfc8414.ts'
import { RFC8705 } from './rfc8705.ts'
import { RFC8725 } from './rfc8725.ts'
import { RFC9068 } from './rfc9068.ts'
import { RFC9449 } from './rfc9449.ts'
import { RFC9470 } from './rfc9470.ts'
import { RFC9728 } from './rfc9728.ts'
import { SIGNALS } from './signals.ts'
import { STATUS_LIST } from './status-list.ts'

/**
 * What the specifications require of a resource server.
 *
 * A case of the contract proves a requirement by naming its id in `requirements`, any other test by citing it in
 * brackets in its title. `specification.test.ts` fails when a requirement is neither proved nor explained.
 */
export const DOCUMENTS: readonly SpecificationDocument[] = [
  RFC6750,
  RFC7515,
  RFC7517,
  RFC7519,
  RFC8414,
  RFC8705,
  RFC8725,
  RFC9068,
  RFC9470,
  REVOCATION,
  STATUS_LIST,
  DELEGATION,
  SIGNALS,
  RFC9449,
  RFC9728,
  FAPI2,
  OAUTH21,
  MCP,
  INTROSPECTION,
  OKTA,
]

export const REQUIREMENTS: readonly Requirement[] = DOCUMENTS.flatMap(({ requirements }) => requirements)
