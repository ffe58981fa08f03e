/** At every origin that people are handed on to, what is below this path is the gate's, and never the site's. */
export const RESERVED = '/.koder-gate/';
/** Below it: where a person goes to be signed in there, and where they come back to. */
export const SIGN_IN = 'sign-in';
export const SIGNED_IN = 'signed-in';
