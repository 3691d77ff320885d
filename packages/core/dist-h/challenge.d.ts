/** What to send to the client. */
export interface ErrorResponse {
    readonly status: number;
    /** Header names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** A JSON document, `{"error":…,"error_description":…}`, or without credentials `{"message":…}`. */
    readonly body: string;
}
/**
 * The answer for any failure: status, headers (challenge included) and a JSON body of fixed text.
 *
 * What is not a `ResourceServerError` is a fault of the application and gets a 500 that tells nothing.
 *
 * @see RFC 6750 §3
 */
export declare function errorResponse(error: unknown): ErrorResponse;
//# sourceMappingURL=challenge.d.ts.map