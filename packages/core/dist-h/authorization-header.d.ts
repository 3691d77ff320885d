/** What a credential can be taken from: Node's `IncomingMessage`, a Fetch `Request`, or an object with `headers`. */
export interface RequestLike {
    readonly headers: HeadersLike;
    /** Node's flat list of names and values; shows a second Authorization header, which `headers` hides. */
    readonly rawHeaders?: readonly string[];
    /** Path and query; a token in the query is refused. */
    readonly url?: string | undefined;
    /** The parsed body, where the framework has parsed it; a second token there is refused. */
    readonly body?: unknown;
}
/** Fetch `Headers`, Node's headers, or a plain object of any casing. */
export type HeadersLike = {
    readonly get: (name: string) => string | null;
} | Readonly<Record<string, string | readonly string[] | undefined>>;
/**
 * The Authorization header of a request that carries no second credential anywhere.
 *
 * @throws {MissingTokenError} `missing_token`
 * @throws {InvalidRequestError} there are several, or a token stands in the query or form
 */
export declare function authorizationHeader(request: RequestLike): string;
/**
 * The token in an Authorization header.
 *
 * @throws {MissingTokenError} the scheme is not Bearer
 * @throws {InvalidRequestError} it is malformed, or a second one hides in it
 * @throws {InvalidTokenError} `token_too_large`
 */
export declare function tokenIn(header: string): string;
/**
 * Takes the access token out of the request's Authorization header, the only place where one is accepted.
 *
 * @throws {MissingTokenError} there are no credentials, or none of the scheme Bearer
 * @throws {InvalidRequestError} the header is malformed, there are several, or a token stands in the query or form
 * @throws {InvalidTokenError} `token_too_large`
 * @see RFC 6750 §2, RFC 9700 §4.3.2
 */
export declare function bearerToken(request: RequestLike): string;
//# sourceMappingURL=authorization-header.d.ts.map