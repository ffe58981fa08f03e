/**
 * A logout token: a provider's signed word that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6).
 * That it comes once only, the ledger sees to.
 */
import type * as Jose from 'jose';
import { errorName } from '../../base/process/error-name.js';
import { fieldsOf } from '../../base/text/fields.js';
import { fit } from '../../base/text/fit.js';
import { Failed, type LogoutToken } from './adapter.js';

export interface LogoutTokenDeps {
  readonly jose: typeof Jose;
  readonly keys: Jose.RemoteJWKSet;
  /** Any of which it may be of. */
  readonly issuers: readonly string[];
  readonly clientId: string;
  readonly algorithm: string;
  readonly nowMs: () => number;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Providers send one as it is made. Far shorter than a replay key is kept. */
const MAX_AGE_SECONDS = 120;
const TOLERANCE_SECONDS = 30;
const MAX_CHARACTERS = 255;
/** Types that a logout token has, or that say nothing. One of another kind of token is refused. */
const TYPES: ReadonlySet<unknown> = new Set([undefined, 'JWT', 'logout+jwt', 'application/logout+jwt']);

/** Throws `Failed`: `token_refused`, with the claim that is wrong or the package's code, or `provider_unreachable`. */
export async function readLogoutToken(text: string, deps: LogoutTokenDeps): Promise<LogoutToken> {
  const { header, claims } = await verified(text, deps);
  if (!TYPES.has(header.typ)) throw refused('typ');
  if (!isObject(fieldsOf(claims['events'])[EVENT])) throw refused('events');
  if (claims['nonce'] !== undefined) throw refused('nonce');
  // a session of theirs is not kept here, so that without a person it names nothing
  return { issuer: shortText(claims, 'iss'), subject: shortText(claims, 'sub'), id: shortText(claims, 'jti') };
}

async function verified(text: string, { jose, keys, issuers, clientId, algorithm, nowMs }: LogoutTokenDeps) {
  try {
    const { payload, protectedHeader } = await jose.jwtVerify(text, keys, {
      issuer: [...issuers],
      audience: clientId,
      algorithms: [algorithm],
      maxTokenAge: MAX_AGE_SECONDS,
      clockTolerance: TOLERANCE_SECONDS,
      requiredClaims: ['iat', 'exp', 'jti'],
      currentDate: new Date(nowMs()),
    });
    return { header: protectedHeader, claims: payload as Readonly<Record<string, unknown>> };
  } catch (error) {
    if (error instanceof Failed) throw error;
    const code = errorName(error);
    throw KEYS_MISSING.has(code) ? new Failed('provider_unreachable', code) : refused(code);
  }
}

/** Its key set did not come, or was none. */
const KEYS_MISSING: ReadonlySet<string> = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

function refused(why: string): Failed {
  return new Failed('token_refused', why);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortText(claims: Readonly<Record<string, unknown>>, name: string): string {
  const claim = claims[name];
  if (typeof claim !== 'string' || claim === '' || claim !== fit(claim, MAX_CHARACTERS)) throw refused(name);
  return claim;
}
