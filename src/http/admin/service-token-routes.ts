/** Service tokens over the admin plane (src/contract/admin.ts), for operators alone. */
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import type { MintPost, MintRefusal, ServiceTokens } from '../../contract/admin.js';
import { refusal, send, type Reply } from '../reply.js';
import { jsonPost, OPERATOR } from './json-post.js';

/** Ten years: longer is "until revoked", and is said so. */
const MAX_TTL_SECONDS = 3_650 * 86_400;

const MINT = z.strictObject({
  producer: z.string('must be a text').min(1, 'is empty').max(63, 'is too long'),
  label: z
    .string('must be a text')
    .regex(/^[^\p{Cc}\p{Bidi_Control}]{0,64}$/u, 'must have at most 64 characters and no control characters'),
  ttlSeconds: z
    .int('must be a whole number of seconds')
    .min(60, 'must be at least 60')
    .max(MAX_TTL_SECONDS, 'must be at most ten years')
    .nullable(),
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
    jsonPost(MINT, (post) => mint(tokens, post)),
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

async function mint(tokens: ServiceTokens, post: MintPost): Promise<Reply> {
  const minted = await tokens.mint(post);
  if ('kind' in minted) return refusal(422, minted.kind, whyNot(minted, post.producer));
  return { status: 200, body: minted };
}

function whyNot(refused: MintRefusal, producer: string): string {
  if (refused.kind === 'takes_none') return `[producers.${producer}] says service_tokens = false in sites.toml.`;
  const guess = refused.nearest === null ? '' : ` Did you mean ${refused.nearest}?`;
  return `There is no [producers.${producer}] in sites.toml.${guess}`;
}
