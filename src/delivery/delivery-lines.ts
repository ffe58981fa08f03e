/** From what the ledger knows of a delivery to what operators read: times in ISO 8601, and the recipient in one line. */
import { iso } from '../base/time/iso.js';
import type { AttemptEntry, DeliveryEntry, DeliveryRecord, DeliveryWithAttempts } from '../contract/ledger.js';
import type { AttemptLine, DeliveryLine, DeliveryView } from '../contract/operators-queue.js';
import { never } from '../base/process/never.js';

export function deliveryLine(entry: DeliveryEntry): DeliveryLine {
  const { deliveryId: id, kind, state, channel, transport, site, requestId: request, about, attempts } = entry;
  const { lastReason, isMaybeDuplicate, redriveOf, redrivenAs, provider, mailbox } = entry;
  return {
    ...{ id, kind, state, channel, transport, provider, mailbox, recipient: recipientInWords(entry.recipient) },
    ...{ site, request, about, attempts, lastReason, isMaybeDuplicate },
    ...{ createdAt: iso(entry.createdAtMs), dueAt: isoOrNull(entry.dueAtMs), endsAt: iso(entry.endsAtMs) },
    ...{ redriveOf, redrivenAs },
  };
}

export function deliveryView(found: DeliveryWithAttempts): DeliveryView {
  return { ...deliveryLine(found), log: found.attemptEntries.map(attemptLine) };
}

function attemptLine({ startedAtMs, endedAtMs, ...rest }: AttemptEntry): AttemptLine {
  return { ...rest, startedAt: iso(startedAtMs), endedAt: isoOrNull(endedAtMs) };
}

/** A callback's URL may hold a secret in its query; whoever may read this may read `sites.toml`, and it is cut all the same. */
export function recipientInWords(recipient: DeliveryRecord['recipient']): string {
  switch (recipient.kind) {
    case 'approver':
      return recipient.address === recipient.approver
        ? recipient.approver
        : `${recipient.approver} (${recipient.address})`;
    case 'room':
      return `room ${recipient.address}`;
    case 'consumer':
      return `${recipient.approver} at ${withoutQuery(recipient.url)}`;
    case 'callback':
      return `${recipient.producer} at ${withoutQuery(recipient.url)}`;
    case 'mailbox':
      return recipient.address;
    default:
      return never(recipient);
  }
}

function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}

export function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs);
}
