import type { VerifiedAccessToken } from './verified-access-token.ts';
/** What a claim must be: a value, any of several, or what a function says of it. */
export type ClaimRequirement = string | number | boolean | readonly (string | number | boolean)[] | ((value: unknown) => boolean);
/** What a route or a call asks of a token that is valid. */
export interface Requirements {
    /** All of these scopes. */
    readonly scopes?: readonly string[];
    /** At least one of these scopes. */
    readonly anyScope?: readonly string[];
    /** Each of these claims: equal to the value or to one of them; a claim that is a list must contain it. */
    readonly claims?: Readonly<Record<string, ClaimRequirement>>;
}
/**
 * Validates requirements once, for use with many requests; a list is frozen, an unknown name refused.
 *
 * @throws {ConfigurationError} a requirement is not known or has the wrong form
 */
export declare function defineRequirements(requirements: Requirements): Requirements;
/**
 * Checks a verified token against what a route asks for.
 *
 * @throws {InsufficientScopeError} a scope or claim is lacking (RFC 6750 §3.1 `insufficient_scope`)
 * @throws {ConfigurationError} the requirements themselves have the wrong form
 */
export declare function checkRequirements(token: VerifiedAccessToken<object>, requirements: Requirements): void;
//# sourceMappingURL=requirements.d.ts.map