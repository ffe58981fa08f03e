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

export interface Proving {
  readonly publicUrl: string;
  readonly session: Pick<SignedInThere, 'hasFactors'>;
}

/** `what`: `To reset somebody`. `path`: where they come back to. Whoever has nothing to prove it by is led to setting it up first. */
export function proveAgain({ publicUrl, session }: Proving, path: string, what: string): Html {
  const again = `${publicUrl}${againForAdmin(path)}`;
  if (session.hasFactors)
    return html`<p>
      ${what}, <a href="${again}">prove again that it is you</a>, by your passkey or authenticator app. You come back to
      this page, and have five minutes then.
    </p>`;
  return html`<p>
    ${what}, prove that it is you by a passkey or an authenticator app. You have neither yet:
    <a href="${again}">set one up at your account</a>, and come back here.
  </p>`;
}
