import { channel } from 'node:diagnostics_channel';
const named = (name) => channel(name);
const fetchStarted = named('okta-resource-server:fetch.started');
const fetchSucceeded = named('okta-resource-server:fetch.succeeded');
const fetchFailed = named('okta-resource-server:fetch.failed');
const refreshStarted = named('okta-resource-server:refresh.started');
const refreshSucceeded = named('okta-resource-server:refresh.succeeded');
const refreshFailed = named('okta-resource-server:refresh.failed');
const keysRotated = named('okta-resource-server:keys.rotated');
const tokenAccepted = named('okta-resource-server:token.accepted');
const tokenRefused = named('okta-resource-server:token.refused');
/** The channels; ask `hasSubscribers` before a message is made, so that nobody listening costs nothing. */
export const channels = Object.freeze({
    fetchStarted,
    fetchSucceeded,
    fetchFailed,
    refreshStarted,
    refreshSucceeded,
    refreshFailed,
    keysRotated,
    tokenAccepted,
    tokenRefused,
});
//# sourceMappingURL=diagnostics.js.map