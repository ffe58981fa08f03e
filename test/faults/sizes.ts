/** How much is done to an episode: short ones for every run of the tests, longer ones for `npm run faults`. */
import type { EpisodeInput } from './episode.js';

export type DatabaseName = EpisodeInput['database'];
export type Size = Omit<EpisodeInput, 'seed'>;

export const DATABASES = ['sqlite', 'postgres'] as const satisfies readonly DatabaseName[];

const ON_SQLITE = { database: 'sqlite', processes: 1, crashes: 0, freezes: 0 } as const;
const ON_POSTGRES = { database: 'postgres', processes: 3 } as const;

export const SHORT = {
  sqlite: { ...ON_SQLITE, kills: 18, stalls: 2, others: 1, faultRate: 0.06, people: 6, settleMs: 20_000 },
  postgres: {
    ...ON_POSTGRES,
    kills: 24,
    stalls: 3,
    others: 2,
    freezes: 1,
    crashes: 2,
    faultRate: 0.06,
    people: 6,
    settleMs: 20_000,
  },
} as const satisfies Readonly<Record<DatabaseName, Size>>;

export const LONGER: Readonly<Record<DatabaseName, Size>> = {
  sqlite: { ...SHORT.sqlite, kills: 45, stalls: 4, others: 3, faultRate: 0.1, settleMs: 60_000 },
  postgres: {
    ...SHORT.postgres,
    kills: 70,
    stalls: 8,
    others: 4,
    freezes: 3,
    crashes: 4,
    faultRate: 0.1,
    settleMs: 60_000,
  },
};

/** What `npm run faults` does unless it is told otherwise. */
export const LONG = { kills: 1_000, minutes: 120 } as const;
