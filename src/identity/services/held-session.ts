/** What a sign-in through a service and a refresh have in common: how often, whether the session may go on, and the tokens for it. */
import { sessionOf, type Session } from '../sessions/sessions.js';
import type { SessionRecord } from '../../contract/ledger.js';
import type { Service, ServiceSessionsDeps, SignedIn, Tokens } from './service.js';
import { accessHash } from './session-tokens.js';

export const ACCESS_SECONDS = 600;
/** Of one service, for all processes: sign-ins and refreshes. */
const MAX_SIGN_INS_A_MINUTE = 600;

/** Of one service, for all processes. */
const MAX_INTROSPECTIONS_A_MINUTE = 6_000;

export function mayIntrospect({ name }: Service, { ledger }: Pick<ServiceSessionsDeps, 'ledger'>): Promise<boolean> {
  return ledger.takeAttempt({ key: `introspection by ${name}`, max: MAX_INTROSPECTIONS_A_MINUTE, windowSeconds: 60 });
}

export function isAllowed({ name }: Service, { ledger }: ServiceSessionsDeps): Promise<boolean> {
  return ledger.takeAttempt({ key: `sign-in through ${name}`, max: MAX_SIGN_INS_A_MINUTE, windowSeconds: 60 });
}

/** One whose account is gone, or lacks a factor meanwhile, is ended. */
export async function live(
  record: SessionRecord,
  { hash, deps }: { readonly hash: string; readonly deps: ServiceSessionsDeps },
): Promise<Session | null> {
  const session = sessionOf(record, { ...deps, policy: deps.policy() });
  if (session?.lacks !== null) await deps.ledger.endSession(hash);
  return session;
}

export function lackingOr<Other>(
  session: Session | null,
  other: Other,
): Other | Extract<SignedIn, { readonly kind: 'lacks' }> {
  return session?.lacks == null ? other : { kind: 'lacks', lacks: session.lacks };
}

export function accessOf(token: string): { readonly hash: string; readonly seconds: number } {
  return { hash: accessHash(token) ?? '', seconds: ACCESS_SECONDS };
}

export function tokensOf(
  session: Session,
  { deps, ...tokens }: Pick<Tokens, 'accessToken' | 'refreshToken'> & { readonly deps: ServiceSessionsDeps },
): Tokens {
  const refreshSeconds = Math.max(0, Math.floor((session.untilMs - deps.clock.nowMs()) / 1_000));
  return { ...tokens, account: session.account.id, refreshSeconds };
}
