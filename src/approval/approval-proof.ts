/** What a site wants of whoever approves on the page, beside that they are signed in: a proof of this moment, for this one act. */
import type { RequestId } from './brand.js';

/** `session`: nothing more. `fresh`: any proof of their own. `passkey`: by a passkey. */
export const APPROVE_NEEDS = ['session', 'fresh', 'passkey'] as const;
export type ApproveNeeds = (typeof APPROVE_NEEDS)[number];

/** So long a proof may be on its way, from the question to the approval. */
export const PROOF_GOOD_FOR_SECONDS = 300;

/** What a proof is asked for, and counts for nothing else: this request, for so long. `ttlSeconds` null: as long as the site lets. */
export function approvalAct(request: RequestId, ttlSeconds: number | null): string {
  return `approve ${request} ${ttlSeconds === null ? 'for all its time' : `for ${String(ttlSeconds)} s`}`;
}

/** Whether a proof of this kind is what is wanted. */
export function isProofEnough(needs: ApproveNeeds, kind: string): boolean {
  return needs !== 'passkey' || kind === 'passkey';
}

export function approveNeedsOf(site: { readonly approveNeeds?: ApproveNeeds } | undefined): ApproveNeeds {
  return site?.approveNeeds ?? 'session';
}
