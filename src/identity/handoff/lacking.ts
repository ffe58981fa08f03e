/**
 * What an origin wants of a session beyond what the auth host does: two factors of everybody at a site that says so, and at the admin
 * plane of operators, who see everything there, unless `[identity]` wants none of anybody.
 */
import { isWithASecond, type SignedInBy } from '../../approval/signed-in-by.js';
import type { IdentityPolicy } from '../../approval/identity-policy.js';
import type { Account } from '../accounts/accounts.js';
import type { RelyingOrigin } from './relying-origins.js';

interface Handed {
  readonly account: Pick<Account, 'isOperator'>;
  readonly signedInBy: SignedInBy | null;
}

/** `at` null: no origin of ours any more, where nobody is let in anyway. */
export function lacksTwoFactors(
  { account, signedInBy }: Handed,
  at: RelyingOrigin | null,
  { secondFactor }: Pick<IdentityPolicy, 'secondFactor'>,
): boolean {
  if (at === null || isWithASecond(signedInBy)) return false;
  return at.site === null ? account.isOperator && secondFactor !== 'off' : at.site.needsSecondFactor === true;
}
