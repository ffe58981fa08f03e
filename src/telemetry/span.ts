/** A range of time in steps, and how finely it must be read: what is long ago is only there by the hour or the day. */
import type { Resolution } from '../contract/telemetry-ledger.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Steps of one answer. */
const MAX_STEPS = 1_500;

/** How long each is kept; a little less, because it is swept by the hour. */
const KEPT_MS: Readonly<Record<Resolution, number>> = {
  minute: 2 * DAY_MS - HOUR_MS,
  hour: 90 * DAY_MS + HOUR_MS,
  day: 730 * DAY_MS,
};
const STEPS: readonly (readonly [Resolution, number])[] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
];

export interface Span {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly stepMs: number;
  readonly resolution: Resolution;
}

/** `step`, in a sentence that begins with the field. */
export interface SpanProblem {
  readonly field: 'from' | 'to' | 'step';
  readonly problem: string;
}

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: what suits the range. */
  readonly stepMs: number | null;
}

/** From the beginning of its first step to the end of its last, as UTC has them. */
export function spanOf({ fromMs, toMs, stepMs }: Asked, nowMs: number): Span | readonly SpanProblem[] {
  if (fromMs >= toMs) return [{ field: 'from', problem: 'must be before to' }];
  const resolution = STEPS.find(([, ms]) => stepMs === null || stepMs % ms === 0)?.[0];
  if (stepMs !== null && resolution === undefined)
    return [{ field: 'step', problem: 'must be a whole number of minutes, like 1m, 15m, 1h or 1d' }];
  const step = stepMs ?? fittingStep(nowMs - fromMs, toMs - fromMs);
  const finest = STEPS.find(([, ms]) => step % ms === 0)?.[0] ?? 'minute';
  const problems = [...tooMany((toMs - fromMs) / step), ...tooOld(finest, nowMs - fromMs)];
  if (problems.length > 0) return problems;
  return { fromMs: fromMs - (fromMs % step), toMs: roundedUp(toMs, step), stepMs: step, resolution: finest };
}

function tooMany(steps: number): readonly SpanProblem[] {
  if (steps <= MAX_STEPS) return [];
  return [{ field: 'step', problem: `is too short: at most ${String(MAX_STEPS)} steps are answered at once` }];
}

function tooOld(resolution: Resolution, ageMs: number): readonly SpanProblem[] {
  if (ageMs <= KEPT_MS[resolution] || resolution === 'day') return [];
  const [days, next] = resolution === 'minute' ? [2, 'hours, like 1h'] : [90, 'days, like 1d'];
  return [{ field: 'step', problem: `is too short for from: beyond ${String(days)} days it must be whole ${next}` }];
}

/** Some dozens of steps, of what is kept for so long. */
function fittingStep(ageMs: number, lengthMs: number): number {
  const fitting = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS].find(
    (ms) =>
      lengthMs / ms <= 120 && ageMs <= KEPT_MS[ms % DAY_MS === 0 ? 'day' : ms % HOUR_MS === 0 ? 'hour' : 'minute'],
  );
  return fitting ?? Math.max(1, Math.ceil(lengthMs / DAY_MS / 120)) * DAY_MS;
}

function roundedUp(ms: number, step: number): number {
  return Math.ceil(ms / step) * step;
}
