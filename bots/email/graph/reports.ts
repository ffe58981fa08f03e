/**
 * Reports that mails were not delivered, as Exchange puts them into the inbox of the mailbox that sent: found by the class of the
 * item, by the changes of the folder (“delta query”). Its links are followed as they stand. A link that Graph does not know any
 * more means: from the beginning; what is told twice by that is recorded once.
 */
import { fieldsOf, isFields, type Fields } from '../../../src/base/text/fields.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { WatchTurn } from '../../../src/contract/watching.js';
import type { MailWatch } from '../transport.js';
import { jsonOf, type GraphAnswer, type GraphApi } from './api.js';
import { isItemId } from './look-up.js';

/** PidTagMessageClass (MS-OXPROPS), a string: 0x001A. */
const CLASS_ID = 'String 0x001A';
const CLASS = /^String 0x0*1a$/i;
const NOT_DELIVERED = /^REPORT\.IPM\.Note\.NDR$/i;
/** Servers give up after some days (RFC 5321, 4.5.4.1), and we may have been away for a while. */
const BACK_MS = 5 * 86_400_000;
/** A page of an inbox, and a report with the mail that it is about: 1 MiB is what one of ours may have. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

export function createReports(api: GraphApi, clock: Clock): Pick<MailWatch, 'reports'> {
  /** Where to go on, by mailbox. */
  const links = new Map<string, string>();

  /** False: the turn is over, or one could not be read now. */
  async function readAll(items: readonly string[], { user, told, turn }: Reading): Promise<boolean> {
    for (const item of items) {
      if (!(await turn.mayGoOn())) return false;
      const path = `${user}/messages/${encodeURIComponent(item)}/$value`;
      const answer = await api.call({ method: 'GET', path, signal: turn.signal, maxAnswerBytes: MAX_ANSWER_BYTES });
      if (answer.kind === 'ok') await told(answer.body, item);
      else if (!isPastReading(answer)) return false;
    }
    return true;
  }

  return {
    async reports(mailbox, told, turn) {
      const user = `/users/${encodeURIComponent(mailbox)}`;
      for (;;) {
        const path = links.get(mailbox) ?? beginning(user, clock.nowMs() - BACK_MS);
        const answer = await api.call({ method: 'GET', path, signal: turn.signal, maxAnswerBytes: MAX_ANSWER_BYTES });
        if (isLost(answer)) links.delete(mailbox);
        const page = answer.kind === 'ok' ? pageOf(jsonOf(answer)) : null;
        if (page === null || !(await readAll(page.items, { user, told, turn }))) return;
        links.set(mailbox, page.link);
        if (page.isLast || !(await turn.mayGoOn())) return;
      }
    },
  };
}

interface Reading {
  readonly user: string;
  readonly told: (raw: Buffer, id: string) => Promise<void>;
  readonly turn: WatchTurn;
}

/** One that was deleted meanwhile, or is too large, tells nothing; all else is asked for again. */
function isPastReading(answer: GraphAnswer): boolean {
  if (answer.kind === 'refused') return answer.status === 404;
  return answer.kind === 'no_answer' && answer.reason === 'answer_too_large';
}

function beginning(user: string, fromMs: number): string {
  const filter = encodeURIComponent(`receivedDateTime ge ${new Date(fromMs).toISOString().slice(0, 19)}Z`);
  const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${CLASS_ID}')`);
  return `${user}/mailFolders/inbox/messages/delta?$filter=${filter}&$select=id,receivedDateTime&$expand=${expand}`;
}

interface Page {
  readonly items: readonly string[];
  readonly link: string;
  readonly isLast: boolean;
}

function pageOf(json: unknown): Page | null {
  const { value, '@odata.nextLink': next, '@odata.deltaLink': delta } = fieldsOf(json);
  const link = next ?? delta;
  if (!Array.isArray(value) || typeof link !== 'string') return null;
  const items = (value as readonly unknown[])
    .filter(isFields)
    .filter(isNotDelivered)
    .map(({ id }) => id)
    .filter(isItemId);
  return { items, link, isLast: next === undefined };
}

function isNotDelivered({ singleValueExtendedProperties: properties, '@removed': removed }: Fields): boolean {
  if (removed !== undefined || !Array.isArray(properties)) return false;
  return (properties as readonly unknown[])
    .filter(isFields)
    .some(({ id, value }) => CLASS.test(String(id)) && NOT_DELIVERED.test(String(value)));
}

function isLost(answer: GraphAnswer): boolean {
  if (answer.kind !== 'refused') return false;
  return (
    answer.status === 410 ||
    answer.codes.some((code) => /^(syncStateNotFound|syncStateInvalid|resyncRequired)$/i.test(code))
  );
}
