/** Approvers' sessions over the admin plane (src/contract/admin.ts), for operators alone. */
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import type { SignedInSessions } from '../../../contract/admin.js';
import { refusal, send } from '../../shared/reply.js';
import { jsonPost, OPERATOR } from './json-post.js';

const ACCOUNT = z.string('must be a text').min(1, 'is empty').max(254, 'is too long');
const END = z
  .strictObject({
    id: z
      .string('must be a text')
      .regex(/^[0-9a-f]{16}$/, 'is not the id of a session: 16 hex digits')
      .optional(),
    account: ACCOUNT.optional(),
    all: z.literal(true, 'must be true').optional(),
    operator: OPERATOR,
  })
  .refine(({ id, account, all }) => [id, account, all].filter((one) => one !== undefined).length === 1, {
    message: 'name one of id, account and all',
  });

export function routeSessions(app: Express, sessions: SignedInSessions, guard: RequestHandler): void {
  app.get('/v1/sessions', guard, async (request, response) => {
    const read = ACCOUNT.optional().safeParse(request.query['account']);
    send(response, read.success ? { status: 200, body: await sessions.list(read.data ?? null) } : BAD_ACCOUNT);
  });
  app.post(
    '/v1/sessions/end',
    guard,
    jsonPost(END, async (post) => {
      const ended = await sessions.end(post);
      return ended.sessions.length === 0 ? NONE : { status: 200, body: ended };
    }),
  );
}

const BAD_ACCOUNT = refusal(400, 'bad_account', 'account is the handle of one approver.');
const NONE = refusal(404, 'no_session', 'There is no such session: gate sessions list shows those that there are.');
