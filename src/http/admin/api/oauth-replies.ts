/** What a service is answered: tokens, or why there are none and what to do. */
import type {
  Introspected,
  Refreshing,
  Service,
  SignedIn,
  SignInRefusal,
  Tokens,
} from '../../../identity/services/service.js';
import { ACCESS_SECONDS } from '../../../identity/services/held-session.js';
import { refusal, withMembers, type Refusal, type Reply } from '../../shared/reply.js';

interface About {
  readonly service: Service;
  readonly publicUrl: string;
}

export function signInReply(signedIn: SignedIn, about: About): Reply {
  switch (signedIn.kind) {
    case 'signed_in':
      return { status: 200, body: { ...tokenBody(signedIn.tokens), how: signedIn.how } };
    case 'lacks':
      return lacking(signedIn.lacks, about.publicUrl);
    case 'refused':
      return refusedSignIn(signedIn.why, about.service);
  }
}

export function refreshReply(refreshing: Refreshing, { publicUrl }: About): Reply {
  switch (refreshing.kind) {
    case 'refreshed':
      return { status: 200, body: tokenBody(refreshing.tokens) };
    case 'lacks':
      return lacking(refreshing.lacks, publicUrl);
    case 'refused':
      return REFRESH_REFUSALS[refreshing.why];
  }
}

/** RFC 7662, section 2.2. Of a token that is over nothing is told but that. */
export function introspectionOf(found: Introspected | null, iss: string): Reply {
  if (found === null) return { status: 200, body: { active: false } };
  const { session, service, untilMs } = found;
  const exp = Math.floor(untilMs / 1_000);
  const body = {
    active: true,
    token_type: 'Bearer',
    sub: session.account.id,
    username: session.account.name,
    client_id: service,
    iss,
    exp,
    auth_time: Math.floor((session.authenticatedAtMs ?? 0) / 1_000),
    amr: [session.signedInBy],
  };
  return { status: 200, body };
}

function tokenBody({ accessToken, refreshToken, refreshSeconds, account }: Tokens): Readonly<Record<string, unknown>> {
  return {
    token_type: 'Bearer',
    access_token: accessToken,
    expires_in: ACCESS_SECONDS,
    refresh_token: refreshToken,
    refresh_expires_in: refreshSeconds,
    sub: account,
  };
}

function lacking(needs: 'second_factor' | 'enrolment', publicUrl: string): Refusal {
  const sentence =
    needs === 'second_factor'
      ? 'This account gives a second factor, which a service cannot: send them to the gate to sign in.'
      : 'This account has to set up a second factor first: send them to the gate to sign in.';
  return withMembers(refusal(403, 'second_factor_needed', sentence), { needs, sign_in: `${publicUrl}/sign-in` });
}

function refusedSignIn(why: SignInRefusal, { name, providers }: Service): Reply {
  if (why === 'too_many') return TOO_MANY;
  const [status, code, sentence] = REFUSALS[why];
  const which = why === 'unknown_provider' || why === 'provider_not_allowed';
  return refusal(status, code, which ? `${sentence} ${name} may speak for: ${providers.join(', ')}.` : sentence);
}

type Told = readonly [status: number, code: string, sentence: string];

const NOT_TAKEN: Told = [403, 'not_allowed', 'sites.toml does not let these people sign in with this provider.'];

const REFUSALS: Readonly<Record<Exclude<SignInRefusal, 'too_many'>, Told>> = {
  unknown_provider: [400, 'unknown_provider', 'There is no such [identity.providers.<name>] in sites.toml.'],
  provider_not_allowed: [403, 'provider_not_allowed', 'This service may not speak for that provider.'],
  wrong_issuer: [
    400,
    'wrong_issuer',
    'issuer is not what sites.toml has of this provider: send it as it stands there.',
  ],
  tenant_missing: [400, 'tenant_missing', 'sites.toml names tenants of this provider: send the claim tid as tenant.'],
  session_needed: [
    401,
    'session_needed',
    'Linking wants a live access_token of whoever it is, from this service. Sign them in first.',
  ],
  other_account: [403, 'other_account', 'link_to is not the account of this access_token: link only to that account.'],
  link_too_late: [
    401,
    'session_too_old',
    'They signed in more than ten minutes ago: sign them in once more by what they have, then link.',
  ],
  belongs_to_another: [
    409,
    'linked_to_another',
    'Another account signs in by this already. Nothing was taken from it.',
  ],
  prove_first: [
    409,
    'prove_first',
    'This address is an account’s: sign them in by what they already have, then link this with link_to.',
  ],
  disabled: [403, 'account_disabled', 'An operator has disabled this account.'],
  no_sign_in: [
    403,
    'no_sign_in',
    'This account cannot sign in now: it is gone, disabled, or was reset by an operator.',
  ],
  not_allowed: NOT_TAKEN,
  email_missing: [403, 'email_missing', 'This provider’s people sign in by a verified address of an allowed domain.'],
  consent_denied: NOT_TAKEN,
  exchange_failed: NOT_TAKEN,
  token_refused: NOT_TAKEN,
  profile_unavailable: NOT_TAKEN,
  provider_unreachable: NOT_TAKEN,
};

const TOO_MANY: Reply = {
  ...refusal(429, 'rate_limited', 'This service has signed in too many in the last minute.'),
  headers: { 'retry-after': '60' },
};

const REFRESH_REFUSALS: Readonly<Record<Extract<Refreshing, { readonly kind: 'refused' }>['why'], Reply>> = {
  over: refusal(401, 'session_over', 'This refresh token is not good any more: sign them in again.'),
  reused: refusal(
    401,
    'refresh_token_reused',
    'This refresh token was used before, so that its session is over, with every token of it: sign them in again.',
  ),
  too_many: TOO_MANY,
};
