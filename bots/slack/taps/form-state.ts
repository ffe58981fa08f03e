/** What the deny form remembers between the tap that opens it and its submission, in Slack's `private_metadata`. */
import type { RequestRef } from '../../../src/contract/desk.js';

export interface FormState {
  readonly ref: RequestRef;
  /** Deny was tapped on the home tab, which must be redrawn after the submission. */
  readonly isFromHome: boolean;
}

export function writeFormState({ ref, isFromHome }: FormState): string {
  return JSON.stringify({ ref: ref.by === 'token' ? ref.token : ref.by === 'id' ? ref.id : ref.prefix, isFromHome });
}

/** Null for anything that `writeMemory` did not write. The person could have changed it: the desk judges who may. */
export function readFormState(text: unknown, readRef: (value: unknown) => RequestRef | null): FormState | null {
  if (typeof text !== 'string') return null;
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== 'object' || said === null || !('ref' in said)) return null;
    const ref = readRef(said.ref);
    return ref === null ? null : { ref, isFromHome: 'isFromHome' in said && said.isFromHome === true };
  } catch {
    return null; // not JSON: not ours
  }
}
