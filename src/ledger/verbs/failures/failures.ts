/** The verbs of failures, for the registry. */
export { findFailure as find, listFailures as list } from './look.js';
export { resolveFailure as resolve } from './resolve.js';
