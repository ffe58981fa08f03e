/**
 * Replays: a signed call that comes twice has one effect. Every verb that a call may bring about takes the call's replay
 * key and stores it in the same commit as the effect; where the key is there already, nothing is written.
 */
/** `<surface>:<the platform's id of the call>`; null for what no platform sends twice. Kept for a day. */
export type ReplayKey = string | null;

/** The same call came again: what it does was done the first time. */
export interface Repeated {
  readonly kind: 'repeated';
}
