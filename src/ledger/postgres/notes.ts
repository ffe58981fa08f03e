/**
 * Changes as notes of a channel that every session of the database may write to, and back. What is heard may be a
 * newer version's, or nobody's of ours: what does not read as a change is none, and harms nobody. Fields keep the names that
 * released versions write, because processes of two versions share a database during an upgrade.
 */
import { fieldsOf, type Fields } from '../../base/text/fields.js';
import { parseJsonText } from '../../base/text/json.js';
import type { Change, GrantRecord } from '../../contract/ledger.js';

export const CHANNEL = 'koder_gate_changes';
/** PostgreSQL takes payloads below 8,000 bytes; a number and its comma have at most 11. */
const MAX_IDS_A_NOTE = 500;

export function notesOf(change: Change): readonly string[] {
  if (change.kind === 'due') return [JSON.stringify({ kind: 'due', carriers: change.transports })];
  if (change.kind !== 'revoked') return [JSON.stringify(change)];
  const notes: string[] = [];
  for (let from = 0; from < change.grantIds.length; from += MAX_IDS_A_NOTE) {
    const grantIds = change.grantIds.slice(from, from + MAX_IDS_A_NOTE);
    notes.push(JSON.stringify({ kind: 'revoked', grantIds } satisfies Change));
  }
  return notes;
}

/** Null: not a change that this version knows. Whether a connection was lost is no news that a note may bring. */
export function changeIn(note: string): Change | null {
  const told = fieldsOf(parseJsonText(note));
  switch (told['kind']) {
    case 'granted':
      return isGrant(told['grant']) ? { kind: 'granted', grant: told['grant'] } : null;
    case 'revoked':
      return isListOf(told['grantIds'], isNumber) ? { kind: 'revoked', grantIds: told['grantIds'] } : null;
    case 'due':
      return isListOf(told['carriers'], isText) ? { kind: 'due', transports: told['carriers'] } : null;
    case 'request':
      return isRequest(told) ? told : null;
    case 'site_tokens':
      return { kind: 'site_tokens' };
    case 'mail_records':
      return { kind: 'mail_records' };
    case 'handed_out_ended':
      return { kind: 'handed_out_ended' };
    default:
      return null;
  }
}

/** The names stand in our own tables; here it matters that each is what whoever reads it counts on. */
function isGrant(value: unknown): value is GrantRecord {
  const { id, site, address, untilMs, grantedBy, requestId } = fieldsOf(value);
  const areTexts = [site, address, grantedBy].every(isText);
  return areTexts && isNumber(id) && isNumber(untilMs) && isTextOrNull(requestId);
}

function isRequest(told: Fields): told is Fields & Extract<Change, { readonly kind: 'request' }> {
  return isText(told['id']) && isText(told['statusId']) && isTextOrNull(told['outcome']);
}

function isListOf<One>(value: unknown, isOne: (one: unknown) => one is One): value is readonly One[] {
  return Array.isArray(value) && value.every(isOne);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}
