/**
 * One attempt at one mail.
 *
 *   not the first attempt ──look up──▶ it went: accepted │ a draft: send that one │ a young draft: wait │ nothing: as the first
 *   first attempt ──create a draft──▶ send it
 *   creating is denied (no Mail.ReadWrite) ──sendMail──▶ it is sent in one call, and nothing can be looked up
 *
 * Until the call that sends nothing has happened that anybody sees, so that whatever fails before it is simply tried again.
 * 202 is the end of it, whatever else is said beside it: a mail sent again because of a `Retry-After` there arrived twice. A
 * sending call that brings no answer is unknown; the next attempt then looks. What is sent again although it was not found, or
 * could not be looked for, is marked as perhaps sent twice, whatever this attempt's answer is: what was sent may be missing in
 * what Graph finds for a while, or have been deleted.
 */
import { fieldsOf } from '../../../src/base/text/fields.js';
import type { Clock } from '../../../src/base/time/clock.js';
import { deferred } from '../../kit/answers.js';
import type { CallIds } from '../../../src/contract/notifier.js';
import type { ComposedMail, MailAnswer } from '../transport.js';
import { jsonOf, type GraphAnswer, type GraphApi, type GraphCall } from './api.js';
import { classify, classifySilence, isAccessDenied, type Step } from './errors.js';
import { isItemId, lookUp, type Found } from './look-up.js';
import { mimeOf } from './mime.js';

type Failed = Extract<MailAnswer, { readonly kind: 'deferred' | 'refused' | 'unknown' }>;

export interface Sender {
  send(mail: ComposedMail, signal: AbortSignal): Promise<MailAnswer>;
}

type Earlier = Found & { readonly ids: CallIds };

/** Then drafts are tried again: the permission may have been given meanwhile. That costs one call that is denied. */
const WITHOUT_DRAFTS_MS = 3_600_000;

const NOTHING: Earlier = { kind: 'nothing', ids: {} };

interface Sending {
  readonly api: GraphApi;
  readonly mail: ComposedMail;
  readonly mime: Buffer;
  readonly signal: AbortSignal;
}

export function createSender({ api, clock }: { readonly api: GraphApi; readonly clock: Clock }): Sender {
  const withoutDrafts = mailboxesWithoutDrafts(clock);

  async function asDraft(sending: Sending): Promise<MailAnswer> {
    const created = await api.call(postOf(sending, '/messages'));
    if (created.kind === 'refused' && isAccessDenied(created)) {
      const answer = await atOnce(sending);
      if (answer.kind === 'accepted') withoutDrafts.add(sending.mail);
      return answer;
    }
    if (created.kind !== 'ok') return failureOf(created, 'harmless');
    const { id } = fieldsOf(jsonOf(created));
    if (created.status === 201 && isItemId(id)) return sent(sending, id);
    return { ...deferred('answer_malformed'), ids: created.ids };
  }

  async function atOnce(sending: Sending): Promise<MailAnswer> {
    const answer = await api.call(postOf(sending, '/sendMail'));
    if (answer.kind === 'ok' && answer.status === 202) return accepted(sending.mail, { item: null, ids: answer.ids });
    // worth asking again once it is mended
    if (answer.kind === 'refused' && isAccessDenied(answer)) withoutDrafts.delete(sending.mail);
    const failed = failureOf(answer, 'sending');
    return failed.kind === 'unknown' ? { ...failed, mayDouble: true } : failed;
  }

  async function sent({ mail, signal }: Sending, draft: string): Promise<MailAnswer> {
    const path = `${userOf(mail)}/messages/${encodeURIComponent(draft)}/send`;
    const answer = await api.call({ method: 'POST', path, signal });
    if (answer.kind === 'ok' && answer.status === 202) return accepted(mail, { item: draft, ids: answer.ids });
    const failed = failureOf(answer, 'sending');
    return failed.kind === 'unknown' ? { ...failed, mayDouble: false } : failed;
  }

  return {
    async send(mail, signal) {
      if (signal.aborted) return deferred('aborted');
      const sending = { api, mail, mime: await mimeOf(mail), signal };
      const isMaybeThere = mail.isMaybeThere === true;
      const isNothingLeft = !isMaybeThere && (mail.isFirstAttempt || withoutDrafts.has(mail));
      const found = isNothingLeft ? NOTHING : await earlier(sending, clock);
      switch (found.kind) {
        case 'nothing': {
          const answer = await (withoutDrafts.has(mail) ? atOnce(sending) : asDraft(sending));
          // also where it was not sent: a draft may be left, which the next attempt finds and sends
          return isMaybeThere ? { ...answer, mayDouble: true } : answer;
        }
        case 'sent':
          return accepted(mail, { item: found.id, ids: found.ids });
        case 'draft':
          return found.restMs > 0
            ? { ...deferred('graph_draft_may_be_leaving', found.restMs), isOfProvider: false, ids: found.ids }
            : sent(sending, found.id);
        case 'deferred':
        case 'refused':
        case 'unknown':
          return found;
      }
    },
  };
}

/** Mailboxes where drafts were denied and `sendMail` was not, as with Mail.Send alone; believed for a while. */
function mailboxesWithoutDrafts(clock: Clock) {
  const untilMs = new Map<string, number>();
  return {
    add: (mail: ComposedMail): unknown => untilMs.set(mailboxOf(mail), clock.monotonicMs() + WITHOUT_DRAFTS_MS),
    delete: (mail: ComposedMail): unknown => untilMs.delete(mailboxOf(mail)),
    has: (mail: ComposedMail): boolean => clock.monotonicMs() < (untilMs.get(mailboxOf(mail)) ?? -Infinity),
  };
}

/** What earlier attempts left, as far as is known: nothing, too, where the application may not look. */
async function earlier({ api, mail, signal }: Sending, clock: Clock): Promise<Earlier | Failed> {
  const looked = await lookUp(api, clock, { user: mailboxOf(mail), messageId: mail.messageId, signal });
  const { answer } = looked;
  if (looked.kind === 'found') return { ...looked.found, ids: answer.ids };
  return answer.kind === 'refused' && isAccessDenied(answer) ? NOTHING : failureOf(answer, 'harmless');
}

/** The mailbox that a mail goes from is the one whose drafts and sent items it is in. */
function mailboxOf({ mailbox, from }: Pick<ComposedMail, 'mailbox' | 'from'>): string {
  return mailbox ?? from.address;
}

function userOf(mail: ComposedMail): string {
  return `/users/${encodeURIComponent(mailboxOf(mail))}`;
}

function postOf({ mail, mime, signal }: Sending, where: '/messages' | '/sendMail'): GraphCall {
  return { method: 'POST', path: `${userOf(mail)}${where}`, body: mime, contentType: 'text/plain', signal };
}

/** `item`: the immutable id, by which the copy in Sent Items is found. */
function accepted(mail: ComposedMail, { item, ids }: { item: string | null; ids: CallIds }): MailAnswer {
  return { kind: 'accepted', correlation: { messageId: mail.messageId, mailbox: mailboxOf(mail), item }, ids };
}

function failureOf(answer: GraphAnswer, step: Step): Failed {
  return { ...meaningOf(answer, step), ids: answer.ids };
}

function meaningOf(answer: GraphAnswer, step: Step): Failed {
  switch (answer.kind) {
    case 'refused':
      return classify(answer, step);
    case 'closed':
      return { ...deferred('graph_closed', answer.retryAfterMs), isThrottled: true };
    case 'no_token':
      return answer.none.answer;
    case 'not_sent':
    case 'no_answer':
      return classifySilence(answer, step);
    case 'ok': // another success than the one that means it
      return classifySilence({ kind: 'no_answer', reason: 'answer_malformed' }, step);
  }
}
