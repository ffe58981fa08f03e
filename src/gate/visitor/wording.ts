/** What a visitor's page says: its parts, and the sentences that several pages have. */
import type { Line } from './line.js';
import { returnPath } from './return-path.js';

type Mood = 'waiting' | 'good' | 'bad' | 'quiet';

export interface Wording {
  readonly mood: Mood;
  readonly title: string;
  readonly lines: readonly Line[];
  /** A link to follow, where there is something to do. */
  readonly action: Action | null;
  /** Another one that is less wanted. Absent: none. */
  readonly other?: Action;
}

interface Action {
  readonly label: string;
  readonly href: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Up to then nobody takes a time of day for another day's. */
const SAME_DAY_MS = 12 * HOUR_MS;

export function quiet(title: string, ...lines: string[]): Wording {
  return { mood: 'quiet', title, lines, action: null };
}

export function goOn(path: string, label: string): Wording['action'] {
  return { label, href: returnPath(path) };
}

/** `You can ask again after 14:30 UTC (in 4 min).` */
export function later(atMs: number | null, nowMs: number): readonly Line[] {
  if (atMs === null || atMs <= nowMs) return [];
  const after = ` (in ${spanInWords(atMs - nowMs)}).`;
  return [{ before: 'You can ask again after ', atMs, isDated: atMs - nowMs > SAME_DAY_MS, after }];
}

/** Rounded up. */
function spanInWords(ms: number): string {
  if (ms < 2 * HOUR_MS) return `${String(Math.ceil(ms / MINUTE_MS))} min`;
  return ms < 2 * DAY_MS ? `${String(Math.ceil(ms / HOUR_MS))} h` : `${String(Math.ceil(ms / DAY_MS))} days`;
}
