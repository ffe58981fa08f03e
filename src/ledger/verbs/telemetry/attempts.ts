/** What an attempt counts as, once it has ended. Pure. */
import type { AttemptRow, DeliveryRow } from '../../tables/deliveries.js';
import type { CountedAt } from './add.js';
import { counted, timed } from './trail.js';

export type AttemptToCount = Pick<AttemptRow, 'id' | 'started_at' | 'ended_at' | 'task' | 'outcome' | 'took_ms'> &
  Pick<DeliveryRow, 'channel' | 'carrier' | 'created_at'>;

export function countsOfAttempt(attempt: AttemptToCount): readonly CountedAt[] {
  const { ended_at: atMs, outcome, took_ms: tookMs, task, channel, carrier: transport } = attempt;
  if (atMs === null || outcome === null) return [];
  const dims = { channel, transport, outcome };
  const isFirstTaken = task === 'notify' && (outcome === 'sent' || outcome === 'accepted');
  return [
    counted('attempts_total', dims, { atMs }),
    ...(tookMs === null ? [] : timed('attempt_seconds', dims, { atMs, tookMs })),
    ...(isFirstTaken
      ? timed('acceptance_seconds', { channel, transport }, { atMs, tookMs: atMs - attempt.created_at })
      : []),
  ];
}
