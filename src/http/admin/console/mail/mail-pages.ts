/**
 * Who carries mails, for operators in a browser: providers, mailboxes, how old the secrets are; pausing, resuming, trying out. A new secret
 * is put by whoever has just proven themselves, and none is ever shown. Works without a script.
 */
import type { Express, Request, RequestHandler } from 'express';
import type {
  MailActed,
  MailboxLine,
  MailProviderLine,
  MailRefusal,
  OperatorsMail,
} from '../../../../contract/operators-mail.js';
import type { OperatorsAct } from '../../../../contract/operators-queue.js';
import type { Form } from '../../../shared/form.js';
import { foreignFormPage } from '../../../shared/pages/message-page.js';
import { mailRefusal } from '../../api/mail-refusals.js';
import type { ConsolePage } from '../console-page.js';
import { isJustProven } from '../just-proven.js';
import { actOf, operatorOf, operatorsForm } from '../own-form.js';
import { shows } from '../shows.js';
import * as views from './mail-views.js';
import { ACTS, MAIL, PATHS, placeOf, purposeOf, secretPurpose, type Act, type Looker, type Of } from './places.js';
import { newOf, newPage } from './record-cards.js';
import { routeRecordForms, type MailPageDeps } from './record-pages.js';

export type { MailPageDeps };

export function routeMailPages(app: Express, deps: MailPageDeps, guard: RequestHandler): void {
  app.get(
    MAIL,
    guard,
    shows(deps, () => list(deps)),
  );
  app.get(
    `${MAIL}/new/:what`,
    guard,
    shows(deps, (request) => {
      const what = newOf(String(request.params['what']));
      return what === null ? views.nothingHere() : newPage(what, lookerOf(deps, request));
    }),
  );
  for (const kind of ['provider', 'mailbox'] as const) {
    app.get(
      `${PATHS[kind]}/:id`,
      guard,
      shows(deps, (request) => show(deps, { kind, id: idOf(request) }, request)),
    );
    for (const act of ACTS)
      app.post(
        `${PATHS[kind]}/:id/${act}`,
        shows(deps, (request) => change(deps, { kind, id: idOf(request), act }, request)),
      );
  }
  routeRecordForms(app, deps);
  app.post(
    `${PATHS.provider}/:id/secret`,
    shows(deps, (request) => putSecret(deps, idOf(request), request)),
  );
}

async function list(deps: MailPageDeps): Promise<ConsolePage> {
  const [providers, mailboxes, gates] = await Promise.all([
    deps.mail.providers(),
    deps.mail.mailboxes(),
    deps.ledger.deliveries.providerGates(),
  ]);
  return views.listPage({ providers, mailboxes, gates });
}

function lookerOf({ clock, publicUrl }: MailPageDeps, request: Request): Looker {
  const session = operatorOf(request);
  return { session, mayPut: session !== null && isJustProven(session, clock.nowMs()), publicUrl };
}

async function show(deps: MailPageDeps, { kind, id }: Of, request: Request): Promise<ConsolePage> {
  const looker = lookerOf(deps, request);
  if (kind === 'provider') {
    const found = (await deps.mail.providers()).find(({ name }) => name === id);
    return found === undefined
      ? refused({ kind: 'unknown_provider', nearest: null })
      : views.providerPage(found, looker, await deps.ledger.deliveries.providerGates());
  }
  const found = (await deps.mail.mailboxes()).find(({ address }) => address === id);
  return found === undefined ? refused({ kind: 'unknown_mailbox', nearest: null }) : views.mailboxPage(found, looker);
}

async function change(deps: MailPageDeps, of: Of & { readonly act: Act }, request: Request): Promise<ConsolePage> {
  const taken = await operatorsForm(deps.adminUrl, request, () => purposeOf(of.act, of));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const by: OperatorsAct = actOf(taken.session);
  if (of.act === 'test') return tryOut(deps.mail, of, { form: taken.form, by });
  const answer = await stateOf(deps.mail, of, { form: taken.form, by });
  return answer.kind === 'done' ? views.changedPage(of) : refused(answer, of);
}

interface Taken {
  readonly form: Form;
  readonly by: OperatorsAct;
}

function stateOf(
  mail: OperatorsMail,
  { kind, id, act }: Of & { readonly act: Act },
  { form, by }: Taken,
): Promise<MailActed<MailProviderLine | MailboxLine>> {
  const given = { reason: form.get('reason') ?? '' };
  if (kind === 'provider') return act === 'pause' ? mail.pauseProvider(id, given, by) : mail.resumeProvider(id, by);
  return act === 'pause' ? mail.pauseMailbox(id, given, by) : mail.resumeMailbox(id, by);
}

async function tryOut(mail: OperatorsMail, of: Of, { form, by }: Taken): Promise<ConsolePage> {
  const to = form.get('to')?.trim() ?? '';
  const what = of.kind === 'provider' ? { provider: of.id } : { mailbox: of.id };
  const answer = await mail.test(what, to === '' ? {} : { to }, by);
  return answer.kind === 'done' ? views.testedPage(answer.record, of) : refused(answer, of);
}

async function putSecret(deps: MailPageDeps, id: string, request: Request): Promise<ConsolePage> {
  const of = { kind: 'provider', id } as const;
  const taken = await operatorsForm(deps.adminUrl, request, (form) => secretPurpose(id, form.get('purpose') ?? ''));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const { form, session } = taken;
  if (!isJustProven(session, deps.clock.nowMs())) return views.notProvenPage(placeOf(of), { ...deps, session });
  const given = { provider: id, purpose: form.get('purpose') ?? '', secret: form.get('secret') ?? '' };
  const answer = await deps.mail.putSecret(given, actOf(session));
  return answer.kind === 'done' ? views.putPage(answer.record, of) : refused(answer, of);
}

function refused(why: MailRefusal, of: Of | null = null): ConsolePage {
  return views.refusedPage(mailRefusal(why), of);
}

/** Of whatever length, no record has it. */
function idOf(request: Request): string {
  return String(request.params['id']).slice(0, 320).toLowerCase();
}
