/** What an attempt counts as, once it has ended. Pure. */
import type { AttemptRow, DeliveryRow } from '../../tables/deliveries.js';
import type { CountedAt } from './add.js';
import { counted, timed } from './trail.js';

export type AttemptToCount = Pick<
  AttemptRow,
  'id' | 'started_at' | 'ended_at' | 'task' | 'outcome' | 'took_ms' | 'provider' | 'mailbox'
> &
  Pick<DeliveryRow, 'channel' | 'carrier' | 'created_at'>;

export function countsOfAttempt(attempt: AttemptToCount): readonly CountedAt[] {
  const { ended_at: atMs, outcome, took_ms: tookMs, task, channel, carrier: transport } = attempt;
  if (atMs === null || outcome === null) return [];
  const by = { channel, transport, provider: attempt.provider ?? '' };
  const mailbox = attempt.mailbox ?? '';
  const isFirstTaken = task === 'notify' && (outcome === 'sent' || outcome === 'accepted');
  return [
    counted('attempts_total', { ...by, mailbox, outcome }, { atMs }),
    ...(tookMs === null ? [] : timed('attempt_seconds', { ...by, outcome }, { atMs, tookMs })),
    ...(isFirstTaken ? timed('acceptance_seconds', by, { atMs, tookMs: atMs - attempt.created_at }) : []),
  ];
}
