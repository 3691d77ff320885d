import { type ConfigurationCode } from './errors.ts';
/** Ends the construction: names the option and the mend. */
export declare function refuse(code: ConfigurationCode, option: string, message: string): never;
export declare function checkSeconds(option: string, value: unknown): number;
export declare function checkMilliseconds(option: string, value: unknown): number;
export declare function checkPositiveInteger(option: string, value: unknown, most: number): number;
/** One string or a list of them, none empty, none with white space around it. */
export declare function checkStrings(option: string, value: unknown): readonly string[];
/** What is copied from documentation with its placeholder, or with white space, is caught at start. */
export declare function checkNoPlaceholder(option: string, value: string): void;
/** Hosts of this machine, to which plain http is no risk (RFC 6761 §6.3; RFC 8252 §8.3). */
export declare function isLoopback(hostname: string): boolean;
/** An absolute https address; http only on loopback or where it is explicitly allowed. */
export declare function checkUrl(option: string, value: unknown, allowInsecureHttp: boolean): URL;
//# sourceMappingURL=option-checks.d.ts.map