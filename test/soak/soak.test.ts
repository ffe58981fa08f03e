/**
 * The short form of the soak: the same load, faults and checks as `npm run soak`, at rates that a busy machine may miss. They
 * are told and not demanded; that there was traffic over every surface, and that nothing was lost by it, is.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { tableOf } from './report.js';
import { SHORT } from './sizes.js';
import { soak, type SoakInput } from './soak.js';

const seed = process.env['GATE_SOAK_SEED'] ?? randomBytes(4).toString('hex');
const ENOUGH_MS = 240_000;
/** What even a machine with ten times as much to do gets through. */
const LEAST = { checks: 200, requests: 10, decided: 3 };

const onLinux = existsSync('/proc/self/fd') ? test : test.skip;

onLinux(
  `under load and faults nothing is lost, memory is flat and no handle leaks (seed ${seed})`,
  async () => {
    const input: SoakInput = { ...SHORT, seed, database: 'sqlite' };

    const report = await soak(input, () => undefined);

    const told = report.violations.length === 0 ? [] : [tableOf(report, input)];
    expect([...report.violations, ...told]).toEqual([]);
    expect(report.checks.answered).toBeGreaterThanOrEqual(LEAST.checks);
    expect(report.tally.opened).toBeGreaterThanOrEqual(LEAST.requests);
    expect(Object.values(report.tally.decided).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
      LEAST.decided,
    );
  },
  ENOUGH_MS,
);
