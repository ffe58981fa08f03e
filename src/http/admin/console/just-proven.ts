/** Whether an operator has proven themselves just now, by something that they have: what forms for secrets and for resets ask for. */
import { html, type Html } from '../../../base/text/html.js';
import type { SignedInThere } from '../../../identity/handoff/signed-in-there.js';
import { againForAdmin } from '../../shared/admin-way.js';

/** So long a proof counts. */
const FRESH_MS = 300_000;

export function isJustProven({ authenticatedAtMs, signedInBy }: SignedInThere, nowMs: number): boolean {
  const isFresh = (authenticatedAtMs ?? 0) > nowMs - FRESH_MS;
  return isFresh && (signedInBy === 'passkey' || signedInBy === 'totp');
}

/** `what`: `To reset somebody`. `path`: where they come back to. */
export function proveAgain(publicUrl: string, path: string, what: string): Html {
  return html`<p>
    ${what}, <a href="${publicUrl}${againForAdmin(path)}">prove again that it is you</a>, by your passkey or
    authenticator app. You come back to this page, and have five minutes then.
  </p>`;
}
