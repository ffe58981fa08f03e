/**
 * `/api/mail/…` (src/contract/operators-mail.ts): mail providers, mailboxes and secrets, for operators alone. What changes something
 * wants the bearer, like all of this plane; which fields are wrong is said by whoever knows them, all at once.
 */
import type { Express, Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { GivenFields, MailActed, MailTestOf, OperatorsMail } from '../../../contract/operators-mail.js';
import type { OperatorsAct } from '../../../contract/operators-queue.js';
import { send, type Reply } from '../../shared/reply.js';
import { badQuery, jsonPost, OPERATOR } from './json-post.js';
import { mailRefusal } from './mail-refusals.js';

const PROVIDERS = '/api/mail/providers';
const MAILBOXES = '/api/mail/mailboxes';
const SECRETS = '/api/mail/secrets';
/** All fields but this one are for whoever knows them. */
const POST = z.looseObject({ operator: OPERATOR });
const ACT = z.strictObject({ operator: OPERATOR });
const AT = z.strictObject({
  operator: OPERATOR,
  provider: z.string('must be given once'),
  purpose: z.string('must be given once'),
});

type Answer = Promise<MailActed<unknown>>;

export function routeMail(app: Express, mail: OperatorsMail, guard: RequestHandler): void {
  routeProviders(app, mail, guard);
  routeMailboxes(app, mail, guard);
  app.get(
    SECRETS,
    guard,
    answering(async () => ({ secrets: await mail.secrets() })),
  );
  app.post(
    SECRETS,
    guard,
    posted((given, act) => mail.putSecret(given, act)),
  );
  app.delete(
    SECRETS,
    guard,
    asked(AT, ({ provider, purpose }, act) => mail.removeSecret({ provider, purpose }, act)),
  );
}

function routeProviders(app: Express, mail: OperatorsMail, guard: RequestHandler): void {
  const one = `${PROVIDERS}/:id`;
  app.get(
    PROVIDERS,
    guard,
    answering(async () => ({ providers: await mail.providers() })),
  );
  app.get(
    one,
    guard,
    finding(async (id) => (await mail.providers()).find(({ name }) => name === id), 'provider'),
  );
  app.post(
    PROVIDERS,
    guard,
    posted((given, act) => mail.addProvider(given, act)),
  );
  app.post(
    one,
    guard,
    posted((given, act, id) => mail.updateProvider(id, given, act)),
  );
  app.post(
    `${one}/pause`,
    guard,
    posted((given, act, id) => mail.pauseProvider(id, given, act)),
  );
  app.post(
    `${one}/resume`,
    guard,
    acted((act, id) => mail.resumeProvider(id, act)),
  );
  app.post(
    `${one}/test`,
    guard,
    tested(mail, (provider) => ({ provider })),
  );
  app.delete(
    one,
    guard,
    asked(ACT, (_query, act, id) => mail.removeProvider(id, act)),
  );
}

function routeMailboxes(app: Express, mail: OperatorsMail, guard: RequestHandler): void {
  const one = `${MAILBOXES}/:id`;
  app.get(
    MAILBOXES,
    guard,
    answering(async () => ({ mailboxes: await mail.mailboxes() })),
  );
  app.get(
    one,
    guard,
    finding(async (id) => (await mail.mailboxes()).find(({ address }) => address === id), 'mailbox'),
  );
  app.post(
    MAILBOXES,
    guard,
    posted((given, act) => mail.addMailbox(given, act)),
  );
  app.post(
    one,
    guard,
    posted((given, act, id) => mail.updateMailbox(id, given, act)),
  );
  app.post(
    `${one}/pause`,
    guard,
    posted((given, act, id) => mail.pauseMailbox(id, given, act)),
  );
  app.post(
    `${one}/resume`,
    guard,
    acted((act, id) => mail.resumeMailbox(id, act)),
  );
  app.post(
    `${one}/test`,
    guard,
    tested(mail, (mailbox) => ({ mailbox })),
  );
  app.delete(
    one,
    guard,
    asked(ACT, (_query, act, id) => mail.removeMailbox(id, act)),
  );
}

function answering(answer: () => Promise<unknown>): RequestHandler {
  return async (_request, response) => send(response, { status: 200, body: await answer() });
}

function finding(find: (id: string) => Promise<unknown>, what: 'provider' | 'mailbox'): RequestHandler {
  return async (request, response) => {
    const found = await find(idOf(request).toLowerCase());
    send(response, found === undefined ? mailRefusal({ kind: `unknown_${what}`, nearest: null }) : ok(found));
  };
}

function posted(answer: (given: GivenFields, act: OperatorsAct, id: string) => Answer): RequestHandler {
  return jsonPost(POST, async ({ operator, ...given }, request) =>
    replyOf(await answer(given, byOf(operator), idOf(request))),
  );
}

function acted(answer: (act: OperatorsAct, id: string) => Answer): RequestHandler {
  return jsonPost(ACT, async ({ operator }, request) => replyOf(await answer(byOf(operator), idOf(request))));
}

function tested(mail: OperatorsMail, of: (id: string) => MailTestOf): RequestHandler {
  return posted((given, act, id) => mail.test(of(id), given, act));
}

function asked<T extends { readonly operator: string }>(
  schema: z.ZodType<T>,
  answer: (query: T, act: OperatorsAct, id: string) => Answer,
): RequestHandler {
  return async (request, response) => {
    const read = schema.safeParse({ ...request.query });
    if (!read.success) return send(response, badQuery(read.error));
    send(response, replyOf(await answer(read.data, byOf(read.data.operator), idOf(request))));
  };
}

function replyOf(answer: MailActed<unknown>): Reply {
  return answer.kind === 'done' ? ok(answer.record) : mailRefusal(answer);
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function byOf(operator: string): OperatorsAct {
  return { who: `operator:${operator}`, surface: 'cli' };
}

/** Of whatever length, no record has it. */
function idOf(request: Request): string {
  return String(request.params['id'] ?? '').slice(0, 320);
}
