/**
 * The short form of the faults: real processes, killed, stopped, cut off and misled, on both databases at once. `npm run
 * faults` is the long one. The seed is new every time and is told where a promise is broken; GATE_FAULTS_SEED gives it again.
 */
import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { whyNoPostgres } from '../fixtures/databases/throwaway-postgres.js';
import { playEpisode } from './episode.js';
import { DATABASES, SHORT, type DatabaseName } from './sizes.js';

const seed = process.env['GATE_FAULTS_SEED'] ?? randomBytes(4).toString('hex');
/** Acknowledged, on a machine that is busy with others; a quiet one has dozens of each. */
const LEAST = 3;
/** A quiet machine needs a tenth of it. */
const ENOUGH_MS = 600_000;
const reasons: Readonly<Record<DatabaseName, string | null>> = { sqlite: null, postgres: await whyNoPostgres() };

test('the short form kills at least 40 processes', () => {
  expect(SHORT.sqlite.kills + SHORT.postgres.kills).toBeGreaterThanOrEqual(40);
});

for (const database of DATABASES) {
  const { kills, processes } = SHORT[database];
  const name = `every promise is kept through ${String(kills)} kills of ${String(processes)} on ${database}`;
  const reason = reasons[database];
  if (reason !== null) {
    test.skip(`${name}: ${reason}`, () => undefined);
    continue;
  }
  test.concurrent(
    `${name} (seed ${seed})`,
    async () => {
      const report = await playEpisode({ ...SHORT[database], seed: `${seed}/${database}` });

      const evidence = report.evidenceFile === null ? [] : [`the evidence is in ${report.evidenceFile}`];
      expect([...report.violations, ...evidence]).toEqual([]);
      expect(report.kills).toBe(kills);
      expect(Math.min(report.requests, report.taps)).toBeGreaterThan(LEAST);
    },
    ENOUGH_MS,
  );
}
