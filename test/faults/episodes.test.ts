/**
 * The short form of the faults: real processes, killed, stopped, cut off and misled, on both databases. `npm run faults` is
 * the long one. The seed is new every time and is told where a promise is broken; GATE_FAULTS_SEED gives it again.
 */
import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { playEpisode } from './episode.js';
import { SHORT_POSTGRES, SHORT_SQLITE } from './sizes.js';

const seed = process.env['GATE_FAULTS_SEED'] ?? randomBytes(4).toString('hex');
const MIN_KILLS = 40;

test(`every promise is kept through 40 kills, stalls, crashes and lies (seed ${seed})`, async () => {
  const reports = await Promise.all([
    playEpisode({ ...SHORT_SQLITE, seed: `${seed}/sqlite` }),
    playEpisode({ ...SHORT_POSTGRES, seed: `${seed}/postgres` }),
  ]);

  expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  expect(reports.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThanOrEqual(MIN_KILLS);
  for (const { requests, taps } of reports) expect(Math.min(requests, taps)).toBeGreaterThan(10);
}, 240_000);
