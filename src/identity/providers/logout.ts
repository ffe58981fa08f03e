/**
 * Back-channel logout: a provider says that somebody has signed out there, and every session that was begun with that credential
 * ends here, those that services hold, too. Each token counts once.
 */
import { sha256Hex } from '../../base/crypto/digest.js';
import type { IdentityLedger } from '../../contract/identity-ledger.js';
import { endedBy, type SessionBookDeps } from '../sessions/session-book.js';
import type { LogoutToken, ProviderFailure } from './adapter.js';

export type LogoutAnswer =
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly why: 'token_refused' | 'sub' | 'repeated' | 'provider_unreachable' }
  | { readonly kind: 'too_many' };

export interface LogoutCall {
  readonly token: string;
  /** Who calls: whole, and as it is counted. */
  readonly address: string;
  readonly network: string;
}

export interface LogoutDeps {
  readonly ledger: Pick<IdentityLedger, 'takeAttempt' | 'endSessionsOfCredential'>;
  readonly onSessionsEnded?: SessionBookDeps['onEnded'];
}

/** Of one network, and of all its providers: they all call from few. */
const MAX_LOGOUTS_A_MINUTE = 120;

export function mayLogOut({ network }: LogoutCall, { ledger }: LogoutDeps): Promise<boolean> {
  return ledger.takeAttempt({ key: `provider logout from ${network}`, max: MAX_LOGOUTS_A_MINUTE, windowSeconds: 60 });
}

export async function endByProvider(
  provider: string,
  { token: { issuer, subject, id }, address }: { readonly token: LogoutToken; readonly address: string },
  { ledger, onSessionsEnded = () => undefined }: LogoutDeps,
): Promise<LogoutAnswer> {
  const who = `provider:${provider}`;
  const replay = `provider-logout:${sha256Hex(JSON.stringify([issuer, id]))}`;
  const done = await ledger.endSessionsOfCredential(
    { issuer, subject, replay },
    { who, what: 'sessions_ended', surface: 'provider', site: null, address, detail: {} },
  );
  if (done.kind === 'repeated') return { kind: 'refused', why: 'repeated' };
  for (const ended of endedBy(who, done.sessions)) onSessionsEnded(ended);
  return { kind: 'ended' };
}

/** Why a token was not taken, as far as its sender is told. */
export function refusalOf(failure: ProviderFailure, why: string): LogoutAnswer {
  if (failure === 'provider_unreachable') return { kind: 'refused', why: failure };
  return { kind: 'refused', why: why === 'sub' ? 'sub' : 'token_refused' };
}
