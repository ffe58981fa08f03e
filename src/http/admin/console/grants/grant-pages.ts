/**
 * Grants: who may pass, until when. An approver sees those of their sites; an operator also revokes, extends and grants by hand, by the
 * same acts of the desk as in chats and on the command line (`src/commands`), which answer in the same sentences.
 */
import type { Express, Request } from 'express';
import { z } from 'zod';
import type { Clock } from '../../../../base/time/clock.js';
import type { Random } from '../../../../base/crypto/random.js';
import type { CommandArgs, Commands } from '../../../../contract/commands.js';
import type { Desk } from '../../../../contract/desk.js';
import type { Form } from '../../../shared/form.js';
import { badFormPage, foreignFormPage } from '../../../shared/pages/message-page.js';
import { actorOf, callerOf } from '../../access/guard.js';
import { problemsOf } from '../../api/json-post.js';
import { badFilterPage } from '../bad-filter.js';
import type { ConsolePage } from '../console-page.js';
import { withoutEmpty } from '../form-fields.js';
import { operatorOf, operatorsForm } from '../own-form.js';
import { CURSOR_FIELD, PAGE_ROWS, placeOf } from '../paging.js';
import { seenPage } from '../seen-page.js';
import { shows, type ShowDeps } from '../shows.js';
import * as views from './grant-views.js';

export interface GrantPageDeps extends ShowDeps {
  readonly desk: Pick<Desk, 'looks'>;
  readonly commands: Commands;
  readonly adminUrl: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Pick<Random, 'hex'>;
}

const FILTER = z.strictObject({
  containing: z.string('must be given once').max(254, 'is too long').optional(),
  cursor: CURSOR_FIELD,
});
const text = z.string('must be given once').trim().max(254, 'is too long');
const NEW = z.strictObject({ address: text.min(1, 'is empty'), site: text.min(1, 'is empty'), for: text.default('') });
const TAP_BYTES = 16;
const TAP = /^[0-9a-f]{32}$/;
const NUMBER = /^[1-9]\d{0,14}$/;

export function routeGrantPages(app: Express, deps: GrantPageDeps): void {
  const { GRANTS } = views;
  app.get(
    GRANTS,
    shows(deps, (request) => list(deps, request)),
  );
  app.get(
    views.NEW,
    shows(deps, (request) => preview(deps, request)),
  );
  app.get(
    `${GRANTS}/:id`,
    shows(deps, (request) => show(deps, request)),
  );
  app.post(
    GRANTS,
    shows(deps, (request) => grantByHand(deps, request)),
  );
  for (const act of ['revoke', 'extend'] as const)
    app.post(
      `${GRANTS}/:id/${act}`,
      shows(deps, (request) => change(deps, act, request)),
    );
}

function lookerOf({ clock, random }: GrantPageDeps, request: Request): views.Looker {
  return { session: operatorOf(request), nowMs: clock.nowMs(), tapId: random.hex(TAP_BYTES) };
}

async function list(deps: GrantPageDeps, request: Request): Promise<ConsolePage> {
  const read = FILTER.safeParse(withoutEmpty(request.query));
  if (!read.success) return badFilterPage(problemsOf(read.error), views.GRANTS);
  const { cursor, containing } = read.data;
  const actor = actorOf(callerOf(request));
  const asked = { actor, filter: { containing }, after: placeOf(cursor), limit: PAGE_ROWS };
  const fields = containing === undefined ? {} : { containing };
  return seenPage(await deps.desk.looks.grants(asked), (page) =>
    views.listPage(page, { fields, isFirst: cursor === undefined, ...lookerOf(deps, request) }),
  );
}

function preview(deps: GrantPageDeps, request: Request): ConsolePage {
  const read = NEW.safeParse(request.query);
  if (!read.success) return badFilterPage(problemsOf(read.error), views.GRANTS);
  return views.previewPage(read.data, lookerOf(deps, request));
}

async function show(deps: GrantPageDeps, request: Request): Promise<ConsolePage> {
  const id = numberOf(request);
  if (id === null) return views.noGrantPage();
  return seenPage(await deps.desk.looks.grant(Number(id), actorOf(callerOf(request))), (grant) =>
    grant === null ? views.noGrantPage() : views.grantPage(grant, lookerOf(deps, request)),
  );
}

async function grantByHand(deps: GrantPageDeps, request: Request): Promise<ConsolePage> {
  const taken = await operatorsForm(deps.adminUrl, request, (form) => views.newPurpose(givenIn(form)));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const { address, site, for: time } = givenIn(taken.form);
  const args = { address, site, ...(time === '' ? {} : { for: time }) };
  return run(deps, request, { verb: 'grant', args, form: taken.form });
}

async function change(deps: GrantPageDeps, act: 'revoke' | 'extend', request: Request): Promise<ConsolePage> {
  const id = numberOf(request);
  if (id === null) return views.noGrantPage();
  const taken = await operatorsForm(deps.adminUrl, request, () => views.purposeOf(act, id));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const time = taken.form.get('for')?.trim() ?? '';
  const args = act === 'revoke' ? { what: id } : { id, ...(time === '' ? {} : { for: time }) };
  return run(deps, request, { verb: act, args, form: taken.form });
}

async function run(
  { commands }: GrantPageDeps,
  request: Request,
  { verb, args, form }: { readonly verb: string; readonly args: CommandArgs; readonly form: Form },
): Promise<ConsolePage> {
  const tapId = form.get('tap') ?? '';
  if (!TAP.test(tapId)) return badFormPage();
  const answer = await commands.run({ verb, args, actor: actorOf(callerOf(request)), surface: 'admin_page', tapId });
  return answer.kind === 'text'
    ? views.answeredPage(answer.isOk, answer.lines)
    : views.answeredPage(true, [answer.title]);
}

function givenIn(form: Form): views.GivenGrant {
  return { address: form.get('address') ?? '', site: form.get('site') ?? '', for: form.get('for') ?? '' };
}

function numberOf(request: Request): string | null {
  const id = String(request.params['id']);
  return NUMBER.test(id) ? id : null;
}
