/** What a tap comes to: the same on every surface. */
import type { ApproveNeeds } from './approval-proof.js';
import type { RefusedBecause } from './authority.js';
import type { RequestId } from './brand.js';
import type { Shortened } from './policy.js';
import type { Decision, Passing, Pressed, RequestRecord } from './request.js';

export type TapAnswer =
  | {
      readonly kind: 'decided';
      readonly request: RequestRecord;
      readonly decision: Decision;
      /** Less time was given than the tap asked for. Absent: all of it. */
      readonly shortened?: Shortened;
      /** Denied, and the address may pass all the same. */
      readonly passing?: Passing;
    }
  | {
      readonly kind: 'already';
      readonly request: RequestRecord;
      readonly decision: Decision;
      /** What this tap asked for, and whether its person had decided before. */
      readonly pressed?: Pressed;
      /** Denied, and the address may pass all the same. */
      readonly passing?: Passing;
    }
  | { readonly kind: 'expired'; readonly request: RequestRecord; readonly decision: Decision }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly ids: readonly RequestId[] }
  | {
      readonly kind: 'forbidden';
      readonly why: RefusedBecause;
      /** Where it can be decided, when not here: the request's page. */
      readonly openAt?: string;
    }
  /** The site wants more of whoever decides on the page or at the command line. Nothing was decided. */
  | {
      readonly kind: 'unproven';
      readonly request: RequestRecord;
      readonly needs: MissingProof;
    }
  | { readonly kind: 'unavailable' };

/** `second_factor`: to be signed in by two; else a proof of this moment, for this request alone. */
export type MissingProof = 'second_factor' | Exclude<ApproveNeeds, 'session'>;
