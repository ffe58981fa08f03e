/**
 * The first and the third step of handing on, at the origin itself. What proves that one browser takes both is a cookie that only it
 * holds: its hash goes with the state, and a code is good with that cookie alone. So an answer that is opened in somebody else's
 * browser signs nobody in.
 */
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import type { AttemptLimit } from '../../contract/attempt-limit.js';
import type { AtOrigin, HandoffAtOrigin, HandoffBegun, HandoffRedeemed } from '../../contract/handoff.js';
import type { HandoffLedger } from '../../contract/handoff-ledger.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { IdentityLedger } from '../../contract/identity-ledger.js';
import { isSecret, newSecret } from '../secret.js';
import { HANDED_OUT_TTL_SECONDS, handedOutCookie, STATE_TTL_SECONDS, stateCookie, surplusStates } from './cookies.js';
import type { RefusedSignIns } from '../sessions/refused-sign-ins.js';
import { sessionsThere, signedInThere, type SessionsThere, type SessionsThereDeps } from './signed-in-there.js';

/** Offices share a network. */
const MAX_AN_HOUR = 600;

export interface AtOriginDeps extends SessionsThereDeps {
  readonly handoffs: HandoffLedger;
  readonly ledger: Pick<IdentityLedger, 'takeAttempt'>;
  readonly random: Pick<Random, 'hex'>;
  readonly onEvent: (event: IdentityEvent) => void;
  readonly refusedSignIns: Pick<RefusedSignIns, 'note'>;
  /** Of the auth host. */
  readonly publicUrl: string;
}

export function atOrigin(deps: AtOriginDeps): HandoffAtOrigin & SessionsThere {
  const there = sessionsThere(deps);
  return {
    ...there,
    begin: (at, wish) => begin(deps, at, wish),
    async redeem(at, brought) {
      const redeemed = await redeem(deps, at, brought);
      // a browser has one session at an origin: what it held before would live on unseen
      const before = there.presented(at);
      if (redeemed.kind === 'redeemed' && before !== null) await deps.handoffs.endHandedOut(before);
      if (redeemed.kind === 'refused')
        deps.refusedSignIns.note({ reason: 'handoff_refused', account: null, provider: null, network: at.network });
      return redeemed;
    },
  };
}

type Wish = Parameters<HandoffAtOrigin['begin']>[1];

async function begin(
  { handoffs, random, publicUrl, adminUrl }: AtOriginDeps,
  at: AtOrigin,
  { back }: Wish,
): Promise<HandoffBegun> {
  const { origin, cookies } = at;
  const [state, verifier] = [newSecret(random), newSecret(random)];
  const [stateHash, challenge] = [sha256Hex(state), sha256Hex(verifier)];
  const begun = { stateHash, origin, challenge, back, ttlSeconds: STATE_TTL_SECONDS };
  if (!(await handoffs.begin(begun, limit('handoff begun', at, adminUrl)))) return { kind: 'too_many' };
  const query = new URLSearchParams({ host: new URL(origin).host, state, challenge });
  return {
    kind: 'begun',
    url: `${publicUrl}/handoff?${query.toString()}`,
    cookies: [...surplusStates(origin, cookies), stateCookie(origin, stateHash).set(verifier)],
  };
}

type Brought = Parameters<HandoffAtOrigin['redeem']>[1];

async function redeem(
  deps: AtOriginDeps,
  at: AtOrigin,
  { code, state, iss, site, address }: Brought,
): Promise<HandoffRedeemed> {
  const { handoffs, ledger, random, publicUrl, adminUrl } = deps;
  const { origin, cookies } = at;
  if (iss !== publicUrl || !isSecret(code) || !isSecret(state)) return { kind: 'refused', cookies: [] };
  const [codeHash, stateHash] = [sha256Hex(code), sha256Hex(state)];
  const begun = stateCookie(origin, stateHash);
  const verifier = begun.read(cookies);
  // not begun in this browser: nothing is asked of the database, and nothing is taken away
  if (!isSecret(verifier)) return { kind: 'refused', cookies: [] };
  if (!(await ledger.takeAttempt(limit('handoff brought', at, adminUrl)))) return { kind: 'too_many' };
  const cookieValue = newSecret(random);
  const hash = sha256Hex(cookieValue);
  const made = { hash, csrfKey: newSecret(random), ttlSeconds: HANDED_OUT_TTL_SECONDS };
  const redeemed = await handoffs.redeem(
    { stateHash, codeHash, origin, challenge: sha256Hex(verifier), ...made },
    { who: '', what: 'handed_on', surface: 'page', site, address, detail: { origin } },
  );
  if (redeemed === null) return { kind: 'refused', cookies: [begun.clear()] };
  if (signedInThere(redeemed, { origin }, deps) !== null) {
    deps.onEvent({ event: 'auth_gate.handed_on', account: redeemed.account, origin });
    return {
      kind: 'redeemed',
      back: redeemed.back,
      cookies: [handedOutCookie(origin, adminUrl).set(cookieValue), begun.clear()],
    };
  }
  await handoffs.endHandedOut(hash); // they left sites.toml since the code was given
  return { kind: 'refused', cookies: [begun.clear()] };
}

/** Operators and visitors of one network use up nothing of one another's. */
function limit(what: string, { origin, network }: AtOrigin, adminUrl: string): AttemptLimit {
  const where = origin === adminUrl ? 'admin ' : '';
  return { key: `${where}${what} from ${network}`, max: MAX_AN_HOUR, windowSeconds: 3_600 };
}
