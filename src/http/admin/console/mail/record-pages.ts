/** What the forms of mail records do: make one, change one, remove one. */
import type { Express, Request } from 'express';
import type { Ledger } from '../../../../contract/ledger.js';
import type { MailActed, MailboxLine, MailProviderLine, OperatorsMail } from '../../../../contract/operators-mail.js';
import type { OperatorsAct } from '../../../../contract/operators-queue.js';
import type { Clock } from '../../../../base/time/clock.js';
import type { Form } from '../../../shared/form.js';
import { foreignFormPage } from '../../../shared/pages/message-page.js';
import { mailRefusal } from '../../api/mail-refusals.js';
import type { ConsolePage } from '../console-page.js';
import { isJustProven } from '../just-proven.js';
import { actOf, operatorsForm } from '../own-form.js';
import { shows, type ShowDeps } from '../shows.js';
import * as views from './mail-views.js';
import { MAIL, PATHS, placeOf, recordPurpose, type Of, type RecordAct } from './places.js';
import { givenIn } from './record-forms.js';

export interface MailPageDeps extends ShowDeps {
  readonly mail: OperatorsMail;
  readonly ledger: { readonly deliveries: Pick<Ledger['deliveries'], 'providerGates'> };
  readonly adminUrl: string;
  readonly clock: Pick<Clock, 'nowMs'>;
}

type Line = MailProviderLine | MailboxLine;

export function routeRecordForms(app: Express, deps: MailPageDeps): void {
  for (const kind of ['provider', 'mailbox'] as const) {
    app.post(
      PATHS[kind],
      shows(deps, (request) => change(deps, 'add', { kind, id: '', request })),
    );
    for (const act of ['update', 'remove'] as const)
      app.post(
        `${PATHS[kind]}/:id/${act}`,
        shows(deps, (request) => change(deps, act, { kind, id: String(request.params['id']).toLowerCase(), request })),
      );
  }
}

async function change(
  deps: MailPageDeps,
  act: RecordAct,
  { request, ...of }: Of & { readonly request: Request },
): Promise<ConsolePage> {
  const taken = await operatorsForm(deps.adminUrl, request, (form) => recordPurpose(act, purposeIn(act, of, form)));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const place = act === 'add' ? MAIL : placeOf(of);
  if (!isJustProven(taken.session, deps.clock.nowMs()))
    return views.notProvenPage(place, { ...deps, session: taken.session });
  const by: OperatorsAct = actOf(taken.session);
  const answer = await done(deps.mail, { act, of, form: taken.form, by });
  if (answer.kind !== 'done') return views.refusedPage(mailRefusal(answer), act === 'add' ? null : of);
  if (act === 'remove') return views.removedPage(of);
  const { record } = answer;
  return views.changedPage({ kind: of.kind, id: 'address' in record ? record.address : record.name });
}

/** A new provider's form is of its kind. */
function purposeIn(act: RecordAct, of: Of, form: Form): Of {
  return act === 'add' && of.kind === 'provider' ? { ...of, id: form.get('kind') ?? '' } : of;
}

function done(
  mail: OperatorsMail,
  { act, of: { kind, id }, form, by }: { act: RecordAct; of: Of; form: Form; by: OperatorsAct },
): Promise<MailActed<Line>> {
  const given = givenIn(form, act === 'add');
  switch (act) {
    case 'add':
      return kind === 'provider' ? mail.addProvider(given, by) : mail.addMailbox(given, by);
    case 'update':
      return kind === 'provider' ? mail.updateProvider(id, given, by) : mail.updateMailbox(id, given, by);
    case 'remove':
      return kind === 'provider' ? mail.removeProvider(id, by) : mail.removeMailbox(id, by);
  }
}
