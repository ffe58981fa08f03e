/**
 * Tokens of producers, of sites and of services that sign people in, over the admin plane
 * (src/contract/service-tokens.ts), for operators alone.
 */
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import type {
  MintedServiceToken,
  MintRefusal,
  ServiceMintRefusal,
  ServiceTokens,
  SiteMintRefusal,
} from '../../../contract/service-tokens.js';
import { never } from '../../../base/process/never.js';
import { refusal, send, type Reply } from '../../shared/reply.js';
import { jsonPost, OPERATOR } from './json-post.js';

const DAY_SECONDS = 86_400;
/** Ten years: longer is "until revoked", and is said so. */
const MAX_TTL_SECONDS = 3_650 * DAY_SECONDS;
/** What opens a site, or signs people in, for whoever holds it must be looked at once a year. */
const MAX_YEARLY_TTL_SECONDS = 366 * DAY_SECONDS;

const label = z
  .string('must be a text')
  .regex(/^[^\p{Cc}\p{Bidi_Control}]{0,64}$/u, 'must have at most 64 characters and no control characters');
const ttlSeconds = z.int('must be a whole number of seconds').min(60, 'must be at least 60');
const MINT = z.strictObject({
  producer: z.string('must be a text').min(1, 'is empty').max(63, 'is too long'),
  label,
  ttlSeconds: ttlSeconds.max(MAX_TTL_SECONDS, 'must be at most ten years').nullable(),
  operator: OPERATOR,
});
const MINT_FOR_SITE = z.strictObject({
  site: z.string('must be a text').min(1, 'is empty').max(255, 'is too long'),
  label,
  ttlSeconds: ttlSeconds.max(MAX_YEARLY_TTL_SECONDS, 'must be at most 366 days for the token of a site'),
  operator: OPERATOR,
});
const MINT_FOR_SERVICE = z.strictObject({
  service: z.string('must be a text').min(1, 'is empty').max(63, 'is too long'),
  label,
  ttlSeconds: ttlSeconds.max(MAX_YEARLY_TTL_SECONDS, 'must be at most 366 days for the token of a service'),
  operator: OPERATOR,
});
const REVOKE = z.strictObject({ operator: OPERATOR });

export function routeServiceTokens(app: Express, tokens: ServiceTokens, guard: RequestHandler): void {
  app.get('/v1/service-tokens', guard, async (_request, response) => {
    send(response, { status: 200, body: await tokens.list() });
  });
  app.post(
    '/v1/service-tokens',
    guard,
    jsonPost(MINT, async (post) => replyOf(await tokens.mint(post), post.producer)),
  );
  app.post(
    '/v1/site-tokens',
    guard,
    jsonPost(MINT_FOR_SITE, async (post) => replyOf(await tokens.mintForSite(post), post.site)),
  );
  app.post(
    '/v1/identity-tokens',
    guard,
    jsonPost(MINT_FOR_SERVICE, async (post) => replyOf(await tokens.mintForService(post), post.service)),
  );
  app.post(
    '/v1/service-tokens/:id/revoke',
    guard,
    jsonPost(REVOKE, async ({ operator }, request) => {
      const id = request.params['id'];
      const revoked = typeof id === 'string' && ID.test(id) ? await tokens.revoke(id, operator) : null;
      return revoked === null ? UNKNOWN : { status: 200, body: revoked };
    }),
  );
}

const ID = /^[0-9a-z]{20}$/;
const UNKNOWN = refusal(
  404,
  'unknown_service_token',
  'There is no service token of this id that is not revoked already: gate service-token list.',
);

type AnyRefusal = MintRefusal | SiteMintRefusal | ServiceMintRefusal;

function replyOf(minted: MintedServiceToken | AnyRefusal, whose: string): Reply {
  return 'kind' in minted ? refusal(422, minted.kind, whyNot(minted, whose)) : { status: 200, body: minted };
}

function whyNot(refused: AnyRefusal, whose: string): string {
  switch (refused.kind) {
    case 'takes_none':
      return `[producers.${whose}] says service_tokens = false in sites.toml.`;
    case 'unknown_producer':
      return `There is no [producers.${whose}] in sites.toml.${guess(refused.nearest)}`;
    case 'unknown_site':
      return `${whose} is no site of sites.toml.${guess(refused.nearest)}`;
    case 'unknown_service':
      return `There is no [identity.services.${whose}] in sites.toml.${guess(refused.nearest)}`;
    case 'too_many':
      return `${String(refused.max)} tokens of sites live already: revoke some (gate service-token list).`;
    default:
      return never(refused);
  }
}

function guess(nearest: string | null): string {
  return nearest === null ? '' : ` Did you mean ${nearest}?`;
}
