/** Accounts over the admin plane (src/contract/known-accounts.ts), for operators alone. */
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import type { KnownAccounts } from '../../../contract/known-accounts.js';
import { refusal, send } from '../../shared/reply.js';
import { jsonPost, OPERATOR } from './json-post.js';

const ACCOUNT = z.string('must be a text').min(1, 'is empty').max(254, 'is too long');
const STATE = z.strictObject({
  account: ACCOUNT,
  state: z.enum(['active', 'disabled'], 'must be active or disabled'),
  operator: OPERATOR,
});

const RESET = z.strictObject({ account: ACCOUNT, operator: OPERATOR });

export function routeAccounts(app: Express, accounts: KnownAccounts, guard: RequestHandler): void {
  app.get('/v1/accounts', guard, async (request, response) => {
    const read = ACCOUNT.optional().safeParse(request.query['account']);
    if (!read.success) return send(response, BAD_ACCOUNT);
    const found = await accounts.list(read.data ?? null);
    const isMissing = read.data !== undefined && found.accounts.length === 0;
    send(response, isMissing ? NO_ACCOUNT : { status: 200, body: found });
  });
  app.post(
    '/v1/accounts/state',
    guard,
    jsonPost(STATE, async (post) => {
      const account = await accounts.setState(post);
      return account === null ? NO_ACCOUNT : { status: 200, body: { accounts: [account] } };
    }),
  );
  app.post(
    '/v1/accounts/reset-factors',
    guard,
    jsonPost(RESET, async (post) => {
      const link = await accounts.resetFactors(post);
      return link === null ? NO_ACCOUNT : { status: 200, body: link };
    }),
  );
}

const BAD_ACCOUNT = refusal(400, 'bad_account', 'account is the id of one account.');
const NO_ACCOUNT = refusal(
  404,
  'no_account',
  'There is no such account: gate account list shows those that there are.',
);
