/** What operators do about what did not arrive. What may be done the ledger decides; this says it in the admin plane's words. */
import type { ChannelName } from '../approval/brand.js';
import { typedMailbox } from '../base/net/mailbox.js';
import type {
  DeliveryLedger,
  FailureLedger,
  FailureRecord,
  Suppression,
  SuppressionLedger,
} from '../contract/ledger.js';
import type { FailureLine, OperatorsFailures, PauseLine, SuppressionLine } from '../contract/operators-failures.js';
import type { OperatorsQueue } from '../contract/operators-queue.js';
import type { Events } from '../events/events.js';
import { auditOf } from './act-audit.js';
import { isoOrNull, recipientInWords } from './delivery-lines.js';
import { iso } from '../base/time/iso.js';
import { cursorText, readCursor } from './queue-cursor.js';

export interface OperatorsFailuresDeps {
  readonly ledger: {
    readonly failures: FailureLedger;
    readonly suppressions: SuppressionLedger;
    readonly deliveries: Pick<DeliveryLedger, 'pauses' | 'pauseByHand' | 'resumeByHand'>;
  };
  readonly queue: Pick<OperatorsQueue, 'retry'>;
  readonly events: Events;
  /** All that may be paused, configured or not. */
  readonly channels: readonly ChannelName[];
}

export function createOperatorsFailures(deps: OperatorsFailuresDeps): OperatorsFailures {
  const { failures } = deps.ledger;
  return {
    async list({ filter, cursor, limit }) {
      const after = cursor === null ? null : readCursor(cursor);
      if (cursor !== null && after === null) return null;
      const found = await failures.list({ filter, after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        failures: page.map(failureLine),
        next: last === undefined ? null : cursorText([last.failedAtMs, last.id]),
      };
    },
    async show(id) {
      const found = await failures.find(id);
      return found === null ? null : failureLine(found);
    },
    retry: (id, act) => deps.queue.retry(id, act),
    resolve: (id, act) => failures.resolve(id, auditOf(act, 'failure_resolved')),
    ...suppressing(deps),
    ...pausing(deps),
  };
}

function suppressing({
  ledger: { suppressions },
}: OperatorsFailuresDeps): Pick<OperatorsFailures, 'suppressions' | 'suppress' | 'lift'> {
  return {
    async suppressions({ cursor, limit }) {
      const found = await suppressions.list({ after: cursor, limit: limit + 1 });
      const page = found.slice(0, limit);
      return {
        suppressions: page.map(suppressionLine),
        next: found.length > limit ? (page.at(-1)?.address ?? null) : null,
      };
    },
    async suppress({ address, forMs, note }, act) {
      const mailbox = typedMailbox(address);
      if (mailbox === null) return null;
      const set = { address: mailbox, forMs, code: note };
      return suppressionLine(await suppressions.set(set, auditOf(act, 'suppression_set')));
    },
    lift: (address, act) => suppressions.lift(address, auditOf(act, 'suppression_lifted')),
  };
}

function pausing({
  ledger: { deliveries },
  events,
  channels,
}: OperatorsFailuresDeps): Pick<OperatorsFailures, 'pauses' | 'channels' | 'pause' | 'resume'> {
  const named = (name: string): ChannelName | undefined => channels.find((channel) => channel === name);
  return {
    channels: () => channels,
    async pauses() {
      return (await deliveries.pauses()).map(pauseLine);
    },
    async pause({ channel, reason }, act) {
      const transport = named(channel);
      if (transport === undefined) return 'unknown_channel';
      const isNews = await deliveries.pauseByHand({ transport, reason }, auditOf(act, 'channel_paused'));
      if (isNews) events.emit({ event: 'auth_gate.channel_paused', channel, error: reason, by: act.who });
      return isNews ? null : 'already_paused';
    },
    async resume(channel, act) {
      const transport = named(channel);
      if (transport === undefined) return 'unknown_channel';
      const isNews = await deliveries.resumeByHand(transport, auditOf(act, 'channel_resumed'));
      if (isNews) events.emit({ event: 'auth_gate.channel_resumed', channel, by: act.who });
      return isNews ? null : 'not_paused';
    },
  };
}

function failureLine(one: FailureRecord): FailureLine {
  const { id, kind, state, channel, transport, site, requestId: request, about, reason, attempts, redrivenAs } = one;
  return {
    ...{ id, kind, state, channel, transport, recipient: recipientInWords(one.recipient), site, request, about },
    ...{ reason, attempts, madeAt: iso(one.madeAtMs), failedAt: iso(one.failedAtMs) },
    ...{ redrivenAs, redrivenAt: isoOrNull(one.redrivenAtMs), resendUntil: isoOrNull(one.resendUntilMs) },
  };
}

function suppressionLine({ deliveryId: delivery, sinceMs, untilMs, ...rest }: Suppression): SuppressionLine {
  const { address, reason, code, setBy } = rest;
  return { address, reason, code, delivery, setBy, since: iso(sinceMs), until: iso(untilMs) };
}

function pauseLine(pause: Awaited<ReturnType<DeliveryLedger['pauses']>>[number]): PauseLine {
  const { transport: channel, reason, sinceMs, probeAtMs, pausedBy } = pause;
  return { channel, reason, since: iso(sinceMs), pausedBy, probeAt: pausedBy === null ? iso(probeAtMs) : null };
}
