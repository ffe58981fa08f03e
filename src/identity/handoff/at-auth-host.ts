/**
 * The second step of handing on, at the auth host: whoever is signed in gets a code for the origin that asked. Nobody is asked whether
 * they agree, since the origin is ours; and no right of an approver is looked at.
 */
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import { RESERVED, SIGNED_IN } from '../../approval/reserved-paths.js';
import type { HandoffLedger } from '../../contract/handoff-ledger.js';
import { isSecret, newSecret } from '../secret.js';
import type { IdentityPolicy } from '../../approval/identity-policy.js';
import type { Session, Sessions } from '../sessions/sessions.js';
import { lacksTwoFactors } from './lacking.js';
import type { RelyingOrigin, RelyingOrigins } from './relying-origins.js';

/** The code travels in a URL, so it is good for as long as a redirect takes. */
const CODE_TTL_SECONDS = 30;

export interface Asked {
  readonly host: string | undefined;
  readonly state: string | undefined;
  readonly challenge: string | undefined;
  /** What the auth host's session cookie holds. */
  readonly cookieValue: string | undefined;
}

export type Continued =
  /** On to the origin that asked, by a URL that is good once. */
  | { readonly kind: 'handed_on'; readonly to: RelyingOrigin; readonly url: string }
  | { readonly kind: 'signed_out' }
  /** Begun, and something is wanted of the session that it has not. `by` the origin: at the auth host it is one. */
  | { readonly kind: 'lacking'; readonly by: 'auth_host' | 'origin' }
  /** Took too long, or went on already: to be begun anew, there. */
  | { readonly kind: 'over'; readonly at: RelyingOrigin }
  /** No origin of ours. */
  | { readonly kind: 'unknown' };

export interface AtAuthHostDeps {
  readonly handoffs: Pick<HandoffLedger, 'peek' | 'giveCode'>;
  readonly origins: RelyingOrigins;
  readonly sessions: Pick<Sessions, 'begun'>;
  /** As it is at the moment. */
  readonly policy: () => IdentityPolicy;
  readonly random: Pick<Random, 'hex'>;
  readonly publicUrl: string;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export function continuing(deps: AtAuthHostDeps): (asked: Asked) => Promise<Continued> {
  const { handoffs, origins, sessions, policy, random, publicUrl } = deps;
  return async ({ host = '', state, challenge, cookieValue }) => {
    const to = origins.find(host);
    if (to === null) return { kind: 'unknown' };
    if (!isSecret(state) || !isSecret(challenge)) return { kind: 'over', at: to };
    const stateHash = sha256Hex(state);
    const begun = await handoffs.peek(stateHash);
    if (begun?.origin !== to.origin || begun.challenge !== challenge) return { kind: 'over', at: to };
    const session = await sessions.begun(cookieValue);
    if (session === null || cookieValue === undefined) return { kind: 'signed_out' };
    const by = lackingFor(session, to, policy());
    if (by !== null) return { kind: 'lacking', by };
    const code = newSecret(random);
    const given = { stateHash, challenge, codeHash: sha256Hex(code), session: sha256Hex(cookieValue) };
    if (!(await handoffs.giveCode({ ...given, ttlSeconds: CODE_TTL_SECONDS }))) return { kind: 'over', at: to };
    const query = new URLSearchParams({ code, state, iss: publicUrl });
    return { kind: 'handed_on', to, url: `${to.origin}${RESERVED}${SIGNED_IN}?${query.toString()}` };
  };
}

/** The one place where a session is found wanting for an origin, before anything of it leaves the auth host. */
function lackingFor(session: Session, to: RelyingOrigin, policy: IdentityPolicy): 'auth_host' | 'origin' | null {
  if (session.lacks !== null) return 'auth_host';
  return lacksTwoFactors(session, to, policy) ? 'origin' : null;
}
