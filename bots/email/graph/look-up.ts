/**
 * What became of an earlier attempt: the mail is asked for by its Message-ID, which is ours and the same for all attempts.
 *
 * The id of a draft could be kept instead, but only after it was answered: an answer that never came, or a process that died
 * with it, would leave a draft that nobody knows, and a second mail beside it. The Message-ID is known before the first call,
 * in every process, and needs no write to the database between creating and sending. The answer names the mail's immutable id,
 * by which all later questions are asked.
 */
import { fieldsOf, isFields } from '../../../src/base/text/fields.js';
import type { Clock } from '../../../src/base/time/clock.js';
import { jsonOf, type GraphAnswer, type GraphApi } from './api.js';

/**
 * Between Graph's 202 and the moment when transport takes the mail it still looks like a draft. A draft that nobody has touched
 * for so long was not sent: sending one that is about to leave would send it twice.
 */
const UNTOUCHED_MS = 10_000;

export type Found =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'sent'; readonly id: string }
  /** `restMs`: so long until it counts as not sent; 0 where it does already. */
  | { readonly kind: 'draft'; readonly id: string; readonly restMs: number };

export type LookedUp =
  | { readonly kind: 'found'; readonly found: Found; readonly answer: GraphAnswer }
  | { readonly kind: 'failed'; readonly answer: GraphAnswer };

export interface LookUp {
  readonly user: string;
  readonly messageId: string;
  readonly signal: AbortSignal;
}

export async function lookUp(api: GraphApi, clock: Clock, { user, messageId, signal }: LookUp): Promise<LookedUp> {
  const filter = encodeURIComponent(`internetMessageId eq '<${messageId.replaceAll("'", "''")}>'`);
  const select = 'id,isDraft,lastModifiedDateTime,internetMessageId';
  const path = `/users/${encodeURIComponent(user)}/messages?$filter=${filter}&$select=${select}&$top=10`;
  const answer = await api.call({ method: 'GET', path, signal });
  if (answer.kind !== 'ok') return { kind: 'failed', answer };
  const { value } = fieldsOf(jsonOf(answer));
  if (!Array.isArray(value))
    return { kind: 'failed', answer: { kind: 'no_answer', reason: 'answer_malformed', ids: answer.ids } };
  const ours = (value as readonly unknown[]).filter(isFields).filter((one) => isOurs(one, messageId));
  return { kind: 'found', found: foundIn(ours, answer.atMs ?? clock.nowMs()), answer };
}

/** Graph is believed where it says so itself, and not because it was asked. */
function isOurs({ id, internetMessageId }: Readonly<Record<string, unknown>>, messageId: string): boolean {
  return isItemId(id) && internetMessageId === `<${messageId}>`;
}

function foundIn(ours: readonly Readonly<Record<string, unknown>>[], nowMs: number): Found {
  const sent = ours.find(({ isDraft }) => isDraft === false);
  if (sent !== undefined) return { kind: 'sent', id: String(sent['id']) };
  const drafts = ours.map(({ id, lastModifiedDateTime: at }) => ({
    id: String(id),
    touchedMs: Date.parse(String(at)),
  }));
  const [latest] = drafts.sort((one, other) => other.touchedMs - one.touchedMs);
  if (latest === undefined) return { kind: 'nothing' };
  const untouchedMs = nowMs - latest.touchedMs;
  return { kind: 'draft', id: latest.id, restMs: Math.min(Math.max(UNTOUCHED_MS - untouchedMs, 0), UNTOUCHED_MS) || 0 };
}

/** An id goes into paths: base64url and `=`, as Graph's are. */
export function isItemId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w=+/-]{1,1024}$/.test(id);
}
