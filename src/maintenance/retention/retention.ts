/** Retention of the ledger: what is over is deleted after the configured days. The turns themselves are in sweeping-turns.ts. */
import type { AuditLedger, RetentionDays, RetentionLedger, Sweep, SweepCursor } from '../../contract/ledger.js';
import type { Events } from '../../events/events.js';
import type { LeasedTurns, TurnDeps } from '../leased-turns.js';
import { sweepingTurns } from './sweeping-turns.js';

const DAY_MS = 86_400_000;
/** Rows a batch. A request comes with its deliveries and attempts, so there are fewer of them. */
const BATCH = 200;
const REQUESTS_BATCH = 25;
/** Kept a while after their end, so that somebody who comes back is told that it is over and not that it is unknown. */
const SIGN_IN_DAYS = 1;
/** A link for a day is looked for after a weekend, too. */
const ENROLMENT_DAYS = 7;

/** Of telemetry, by how finely it is kept. Minutes are there as long as their hour may be made anew. */
const ROLLUP_MINUTES_DAYS = 2;
const ROLLUP_HOURS_DAYS = 90;
const ROLLUP_DAYS_DAYS = 730;

export interface RetentionDeps extends TurnDeps {
  readonly retention: Pick<RetentionLedger, 'sweep'>;
  readonly audit: Pick<AuditLedger, 'add'>;
  readonly events: Events;
  readonly days: RetentionDays;
}

interface Planned {
  readonly what: Sweep;
  readonly olderThanMs: number;
  readonly limit: number;
}

/** Attempts before their requests: they are the most rows, so they go in batches of their own. */
export function planOf(days: RetentionDays): readonly Planned[] {
  const kept: readonly (readonly [Sweep, number])[] = [
    ['audit_addresses', days.addresses],
    ['audit_people', days.audit],
    ['request_addresses', days.addresses],
    ['attempts', days.attempts],
    ['requests', days.requests],
    ['messages', days.requests],
    ['producer_mails', days.requests],
    ['dead_letters', days.deadLetters],
    ['failures', days.failures],
    ['grants_over', days.addresses],
    ['grants_revoked', days.addresses],
    ['windows', days.addresses],
    ['sign_in_links', SIGN_IN_DAYS],
    ['mailed_links', SIGN_IN_DAYS],
    ['sessions', SIGN_IN_DAYS],
    ['enrolments', ENROLMENT_DAYS],
    ['rollup_minutes', ROLLUP_MINUTES_DAYS],
    ['rollup_hours', ROLLUP_HOURS_DAYS],
    ['rollup_days', ROLLUP_DAYS_DAYS],
    ['rollup_marks', ROLLUP_MINUTES_DAYS],
  ];
  const over: readonly Sweep[] = [
    'replays',
    'mutes',
    'suppressions',
    'link_codes',
    'sign_in_states',
    'attempt_windows',
    'challenges',
    'handoffs',
    'handed_out',
    'access_tokens',
  ];
  return [
    ...kept.filter(([, wanted]) => wanted > 0).map(([what, wanted]) => planned(what, wanted * DAY_MS)),
    ...over.map((what) => planned(what, 0)),
  ];
}

function planned(what: Sweep, olderThanMs: number): Planned {
  return { what, olderThanMs, limit: what === 'requests' ? REQUESTS_BATCH : BATCH };
}

export function createRetention({ retention, days, ...parts }: RetentionDeps): LeasedTurns {
  const sweeps = planOf(days).map((batch) => (after: SweepCursor | null) => retention.sweep({ ...batch, after }));
  return sweepingTurns({ name: 'retention', sweeps, ...parts });
}
