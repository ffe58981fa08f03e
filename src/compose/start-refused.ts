/** Thrown when the gate cannot start: its message tells the operator what is wrong and what to do. */
export class StartRefused extends Error {
  readonly code = 'start_refused';
}
