/** Refuses to start: what is wrong and what to do, for the operator. */
export class StartRefused extends Error {
  readonly code = 'start_refused';
}
