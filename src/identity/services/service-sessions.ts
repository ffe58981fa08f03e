/**
 * Services of the operator's own that sign people in: one says whom a provider has signed in, and gets a session to hold for them.
 *
 *   sign-in, judged by loginOrLink and the second factor's policy ──▶ access token, 10 min, and a refresh token
 *   refresh token ──used──▶ the next one, and a new access token
 *   refresh token ──used again, by whomever──▶ the session is over, with every token of it
 *
 * Two that use one refresh token at once are a reuse as any other: nobody can tell a slow network from a thief (RFC 9700, 4.14.2).
 */
import { sessionOf } from '../sessions/sessions.js';
import { accessOf, isAllowed, lackingOr, live, mayIntrospect, tokensOf } from './held-session.js';
import { isServiceBearer, serviceBearerHash } from './service-bearer.js';
import type { Introspected, ServiceSessions, ServiceSessionsDeps } from './service.js';
import {
  accessHash,
  newAccessToken,
  nextRefreshToken,
  refreshHashes,
  refreshTokenIn,
  refreshTokenText,
} from './session-tokens.js';
import { signInBy } from './signing-in.js';

export function createServiceSessions(deps: ServiceSessionsDeps): ServiceSessions {
  const { ledger, serviceTokens, policy } = deps;

  async function introspect(accessToken: string): Promise<Introspected | null> {
    const hash = accessHash(accessToken);
    const shown = hash === null ? null : await ledger.accessToken(hash);
    // what left sites.toml holds no sessions, as soon as the file is read again
    if (shown === null || !policy().services.has(shown.service)) return null;
    const session = sessionOf(shown.session, { ...deps, policy: policy() });
    return session?.lacks === null ? { session, service: shown.service, untilMs: shown.untilMs } : null;
  }

  return {
    async caller(bearer) {
      if (bearer === null || !isServiceBearer(bearer)) return null;
      const name = (await serviceTokens.useByService(serviceBearerHash(bearer)))?.service ?? '';
      const providers = policy().services.get(name);
      return providers === undefined ? null : { name, providers };
    },

    signIn: (service, stated, link) => signInBy(service, { stated, link, introspect }, deps),

    async refresh(service, text) {
      const token = refreshTokenIn(text);
      if (token === null) return { kind: 'refused', why: 'over' };
      if (!(await isAllowed(service, deps))) return { kind: 'refused', why: 'too_many' };
      const next = nextRefreshToken(token, deps.random);
      const accessToken = newAccessToken(deps.random);
      const done = await ledger.refreshServiceSession(
        {
          ...refreshHashes(token),
          service: service.name,
          nextRefreshHash: refreshHashes(next).refreshHash,
          access: accessOf(accessToken),
          idleSeconds: policy().sessionIdleSeconds,
          maxSeconds: policy().sessionMaxSeconds,
        },
        { ...REUSED, detail: { service: service.name } },
      );
      if (done.kind === 'reused') {
        const told = { account: done.account, service: service.name };
        deps.onServiceEvent({ kind: 'refresh_token_reused', ...told });
        return { kind: 'refused', why: 'reused' };
      }
      if (done.kind === 'unknown') return { kind: 'refused', why: 'over' };
      const session = await live(done.session, { hash: refreshHashes(token).hash, deps });
      if (session?.lacks !== null) return lackingOr(session, { kind: 'refused', why: 'over' });
      return {
        kind: 'refreshed',
        tokens: tokensOf(session, { accessToken, refreshToken: refreshTokenText(next), deps }),
      };
    },

    mayIntrospect: (service) => mayIntrospect(service, deps),
    introspect,
  };
}

const REUSED = { what: 'refresh_token_reused', surface: 'service', site: null, address: null } as const;
