import { generic } from './generic.js';
import { okta } from './okta.js';
import { rfc9068 } from './rfc9068.js';
export const PROFILE_NAMES = ['okta', 'rfc9068', 'generic'];
const PROFILES = Object.freeze({ okta, rfc9068, generic });
/** The first of the accepted profiles that the token matches. */
export function profileOf(token, accepted) {
    for (const name of accepted) {
        if (PROFILES[name].matches(token))
            return PROFILES[name];
    }
    return undefined;
}
//# sourceMappingURL=profile.js.map