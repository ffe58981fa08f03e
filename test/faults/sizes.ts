/** How much is done to an episode: short ones for every run of the tests, longer ones for `npm run faults`. */
import type { EpisodeWish } from './episode.js';

type Size = Omit<EpisodeWish, 'seed'>;

const ON_SQLITE = { database: 'sqlite', processes: 1, crashes: 0, freezes: 0 } as const;
const ON_POSTGRES = { database: 'postgres', processes: 3 } as const;

export const SHORT_SQLITE: Size = {
  ...ON_SQLITE,
  kills: 18,
  stalls: 2,
  others: 1,
  faultRate: 0.06,
  people: 3,
  settleMs: 20_000,
};

export const SHORT_POSTGRES: Size = {
  ...ON_POSTGRES,
  kills: 24,
  stalls: 3,
  others: 2,
  freezes: 1,
  crashes: 2,
  faultRate: 0.06,
  people: 4,
  settleMs: 20_000,
};

const LONG_SQLITE: Size = { ...SHORT_SQLITE, kills: 30, stalls: 4, others: 3, faultRate: 0.1, settleMs: 60_000 };
const LONG_POSTGRES: Size = {
  ...SHORT_POSTGRES,
  kills: 45,
  stalls: 8,
  others: 4,
  freezes: 3,
  crashes: 4,
  faultRate: 0.1,
  settleMs: 60_000,
};

/** Two episodes of three are on PostgreSQL. */
export const LONG = {
  kills: 1_000,
  minutes: 60,
  episode: (number: number): Size => (number % 3 === 1 ? LONG_SQLITE : LONG_POSTGRES),
} as const;
