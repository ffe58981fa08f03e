/**
 * `POST /auth/oauth` and `POST /auth/introspect`: services of the operator's own, by a token that `gate service-token mint --service`
 * made. No other bearer is worth anything here, and no cookie. docs/service-callers.md has the calls.
 */
import type { Express, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { SignInRefusedReason } from '../../../contract/identity-event.js';
import {
  refusedBecause,
  refusedRefreshBecause,
  type Service,
  type ServiceSessions,
} from '../../../identity/services/service.js';
import type { RefusedSignIns } from '../../../identity/sessions/refused-sign-ins.js';
import { onlyBearer } from '../../shared/bearer.js';
import { readForm } from '../../shared/form.js';
import { refusal, send, type Reply } from '../../shared/reply.js';
import { badBody, jsonPost } from './json-post.js';
import { networkAt, type AddressOf } from '../access/caller-address.js';
import { introspectionOf, refreshReply, signInReply } from './oauth-replies.js';

export interface OauthDeps {
  readonly sessions: ServiceSessions;
  readonly refused: Pick<RefusedSignIns, 'note'>;
  readonly addressOf: AddressOf;
  /** Origin without a trailing slash: what `iss` says. */
  readonly publicUrl: string;
}

const line = (max: number) =>
  z
    .string('must be a text')
    .min(1, 'is empty')
    .max(max, 'is too long')
    .regex(/^\P{Cc}*$/u, 'must have no control characters');
const SIGN_IN = z
  .strictObject({
    provider: line(63),
    issuer: line(512),
    subject: line(255),
    email: line(320).nullable().optional(),
    email_verified: z.boolean('must be true or false').optional(),
    name: line(256).nullable().optional(),
    hosted_domain: line(255).optional(),
    tenant: line(255).optional(),
    link_to: line(254).optional(),
    access_token: line(256).optional(),
  })
  .refine(({ link_to, access_token }) => link_to !== undefined || access_token === undefined, {
    message: 'access_token is whose account link_to names: give both, or neither',
  });
const REFRESH = z.strictObject({ refresh_token: line(256) });

export function routeOauth(app: Express, deps: OauthDeps): void {
  const { sessions, publicUrl } = deps;
  const known = requireService(deps);

  app.post(
    '/auth/oauth',
    known,
    jsonPost(z.record(z.string(), z.unknown(), 'must be an object'), async (post, request) => {
      const about = { service: serviceOf(request), publicUrl };
      if ('refresh_token' in post) {
        const read = REFRESH.safeParse(post);
        if (!read.success) return badBody(read.error);
        const refreshing = await sessions.refresh(about.service, read.data.refresh_token);
        noteRefusal(deps, request, { reason: refusedRefreshBecause(refreshing) });
        return refreshReply(refreshing, about);
      }
      const read = SIGN_IN.safeParse(post);
      if (!read.success) return badBody(read.error);
      const { email = null, email_verified: isEmailVerified = false, name = null, ...said } = read.data;
      const { hosted_domain: hostedDomain = null, tenant = null, link_to: account, access_token, ...of } = said;
      const stated = { ...of, email, isEmailVerified, name, hostedDomain, tenant };
      const link = account === undefined ? null : { account, accessToken: access_token ?? null };
      const signedIn = await sessions.signIn(about.service, stated, link);
      noteRefusal(deps, request, { reason: refusedBecause(signedIn), provider: stated.provider });
      return signInReply(signedIn, about);
    }),
  );
  app.post('/auth/introspect', known, async (request, response) => {
    if (!(await sessions.mayIntrospect(serviceOf(request)))) {
      noteRefusal(deps, request, { reason: 'too_many' });
      return send(response, TOO_MANY);
    }
    const token = (await readForm(request))?.get('token');
    if (token === undefined) return send(response, NO_TOKEN);
    send(response, introspectionOf(await sessions.introspect(token), publicUrl));
  });
  app.all(['/auth/oauth', '/auth/introspect'], (_request, response) => send(response, POST_ONLY));
}

interface Refused {
  /** Null: it was not refused. */
  readonly reason: SignInRefusedReason | null;
  /** As the service names it. */
  readonly provider?: string;
}

function noteRefusal({ refused, addressOf }: OauthDeps, request: Request, { reason, provider = '' }: Refused): void {
  if (reason === null) return;
  const { name: service = null, providers = [] } = services.get(request) ?? {};
  // a name that the service may not use is any text
  const asked = providers.includes(provider) ? provider : null;
  refused.note({ reason, account: null, provider: asked, network: networkAt(addressOf(request)), service });
}

const services = new WeakMap<Request, Service>();

function serviceOf(request: Request): Service {
  const service = services.get(request);
  if (service === undefined) throw new Error('the route stands before the guard');
  return service;
}

/** Before a byte of the body is read. */
function requireService(deps: OauthDeps): RequestHandler {
  return async (request: Request, response: Response, next): Promise<void> => {
    response.setHeader('cache-control', 'no-store');
    const service = await deps.sessions.caller(onlyBearer(request.rawHeaders));
    if (service === null) {
      noteRefusal(deps, request, { reason: 'unknown_service' });
      return send(response, NO_SERVICE);
    }
    services.set(request, service);
    next();
  };
}

const NO_SERVICE: Reply = {
  ...refusal(
    401,
    'unknown_service',
    'Send the token that gate service-token mint --service <name> printed, of a service that sites.toml has.',
  ),
  headers: { 'www-authenticate': 'Bearer realm="koder-gate services"' },
};
const POST_ONLY: Reply = {
  ...refusal(405, 'method_not_allowed', 'This is called by POST alone.'),
  headers: { allow: 'POST' },
};
const NO_TOKEN = refusal(400, 'bad_body', 'Send a form with one field, token (RFC 7662, section 2.1).');
const TOO_MANY: Reply = {
  ...refusal(429, 'rate_limited', 'This service has asked too often in the last minute.'),
  headers: { 'retry-after': '60' },
};
