/**
 * The kinds of deliveries that this version can send. It claims no others, so that a later version can queue a new kind beside
 * it: its rows wait for a process that knows them.
 */
import type { DeliveryKind, MessageKind } from '../../../contract/ledger.js';
import { sql, verbatim } from '../../sql.js';

const KINDS = {
  card: true,
  callback: true,
  mail: true,
  report: true,
  digest: true,
  mail_callback: true,
} as const satisfies Record<DeliveryKind, true>;

const names = Object.keys(KINDS).map((kind) => `'${kind}'`);

/** A condition on `deliveries`. */
export const IS_KNOWN_KIND = sql`kind IN (${verbatim(names.join(', '))})`;

export function isMessage(kind: DeliveryKind): kind is MessageKind {
  return kind !== 'card' && kind !== 'callback';
}
