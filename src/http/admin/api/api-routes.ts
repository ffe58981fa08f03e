/** What the CLI talks to (src/contract/admin.ts): JSON both ways, for operators alone. */
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import type { AdminServices } from '../../../contract/admin.js';
import { refusal, send, withMembers, type Reply } from '../../shared/reply.js';
import { jsonPost, OPERATOR } from './json-post.js';

const COMMAND = z.strictObject({
  verb: z.string('must be a text').max(64, 'is too long'),
  args: z.record(z.string().max(64, 'is too long'), z.string('must be a text').max(1_024, 'is too long')),
  operator: OPERATOR,
});
const SIGN_IN_LINK = z.strictObject({
  approver: z.string('must be a text').min(1, 'is empty').max(254, 'is too long'),
  resetFactors: z.boolean('must be true or false').optional(),
  operator: OPERATOR,
});
const RELOAD = z.strictObject({ operator: OPERATOR });

export function routeApi(app: Express, services: AdminServices, guard: RequestHandler): void {
  app.post(
    '/v1/commands',
    guard,
    jsonPost(COMMAND, async (post) => ok(await services.command(post))),
  );
  app.post(
    '/v1/sign-in-links',
    guard,
    jsonPost(SIGN_IN_LINK, (post) => signInLink(services, post)),
  );
  app.post(
    '/v1/reload',
    guard,
    jsonPost(RELOAD, (post) => reload(services, post)),
  );
  app.get('/v1/doctor', guard, async (_request, response) => {
    send(response, ok({ checks: await services.doctor() }));
  });
}

/** For probes, which carry no bearer: which parts are ready, no more. */
export function routeReadiness(app: Express, services: Pick<AdminServices, 'parts'>): void {
  app.get('/readyz', async (_request, response) => {
    const parts = await services.parts();
    send(response, { status: parts.every((part) => part.isReady) ? 200 : 503, body: { parts } });
  });
}

async function signInLink(services: AdminServices, post: z.infer<typeof SIGN_IN_LINK>): Promise<Reply> {
  const link = await services.signInLink(post.approver, post.operator, post.resetFactors);
  if (!('kind' in link)) return ok(link);
  const hint =
    link.meant === null ? '' : ` Did you mean ${link.meant}${link.isTheirMail ? ', whose mail this is' : ''}?`;
  return refusal(422, 'unknown_approver', `There is no [approvers."${post.approver}"] in sites.toml.${hint}`);
}

async function reload(services: AdminServices, post: z.infer<typeof RELOAD>): Promise<Reply> {
  const answer = await services.reload(post.operator);
  if (answer.problems.length === 0) return ok(answer);
  return withMembers(refusal(422, 'bad_sites', 'sites.toml has problems, so that nothing was taken from it.'), {
    ...answer,
  });
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
