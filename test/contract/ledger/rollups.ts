/** Promises about rollups: everything is counted once, whoever counts and whatever breaks off, and sums are merged by adding them up. */
import { expect } from '@jest/globals';
import { bucketOf, SUM_BUCKET } from '../../../src/base/time/log-buckets.js';
import type { Counted, Ledger } from '../../../src/contract/ledger.js';
import { lying, type LedgerCase, type LedgerStage } from './case.js';
import {
  addAttempts,
  addRefusals,
  countOf,
  deriveAll,
  endAttempt,
  everCounted,
  HOUR_MS,
  marksUpToDate,
  newWord,
  SETTLED,
} from './rollup-inputs.js';

export const rollupCases: readonly LedgerCase[] = [
  {
    promise: 'what the trail tells is counted once, however often and by however many at once it is derived',
    async check(stage) {
      await marksUpToDate(stage);
      const surface = newWord();
      await addRefusals(stage.ledger, { surface, times: 7 });

      await Promise.all([...stage.processes, ...stage.processes].map(deriveAll));
      await deriveAll(stage.ledger);

      expect(await countOf(stage.ledger, 'refusals_total', { of: surface })).toBe(7);
      expect(await everCounted(stage.ledger, 'refusals_total', surface)).toBe(7);
    },
    // each that finds something counts it although another has
    mutant: (honest) =>
      lying(honest, {
        telemetry: {
          async derive(input) {
            const isMore = await honest.telemetry.derive(input);
            await addAgain(honest, await lastRefusal(honest));
            return isMore;
          },
        },
      }),
  },
  {
    promise: 'a count that breaks off half way loses nothing and doubles nothing',
    async check(stage) {
      await marksUpToDate(stage);
      const surface = newWord();
      await addRefusals(stage.ledger, { surface, times: 3 });
      const mend = await marksThatCannotMove(stage);

      await expect(stage.ledger.telemetry.derive(SETTLED)).rejects.toThrow();
      expect(await everCounted(stage.ledger, 'refusals_total', surface)).toBe(0);
      await mend();
      await deriveAll(stage.ledger);

      expect(await everCounted(stage.ledger, 'refusals_total', surface)).toBe(3);
    },
    mutant: (honest) =>
      lying(honest, { telemetry: { derive: (input) => honest.telemetry.derive(input).catch(() => false) } }),
  },
  {
    promise: 'what is too young to be counted is counted later, with all that is behind it',
    async check(stage) {
      await marksUpToDate(stage);
      const surface = newWord();
      await addRefusals(stage.ledger, { surface, times: 2 });

      await stage.ledger.telemetry.derive({ limit: 500, settledMs: 60_000 });
      expect(await countOf(stage.ledger, 'refusals_total', { of: surface })).toBe(0);
      await deriveAll(stage.ledger);

      expect(await countOf(stage.ledger, 'refusals_total', { of: surface })).toBe(2);
    },
    mutant: (honest) =>
      lying(honest, { telemetry: { derive: (input) => honest.telemetry.derive({ ...input, settledMs: 0 }) } }),
  },
  {
    promise: 'an attempt is counted when it has ended, once, although those behind it were counted before',
    async check(stage) {
      await marksUpToDate(stage);
      const transport = newWord();
      const [first = 0, second = 0] = await addAttempts(stage, transport, 2);
      await endAttempt(stage, second, 'retry');
      await deriveAll(stage.ledger);
      expect(await countOf(stage.ledger, 'attempts_total', { of: transport })).toBe(1);

      await stage.change(
        `UPDATE attempts SET provider = 'by-${transport}', mailbox = 'gate@example.org' WHERE id = ${String(first)}`,
      );
      await endAttempt(stage, first, 'sent');
      await deriveAll(stage.ledger);
      await deriveAll(stage.ledger);

      const { ledger } = stage;
      expect(await countOf(ledger, 'attempts_total', { of: transport })).toBe(2);
      expect(await countOf(ledger, 'attempt_seconds', { of: transport, bucket: bucketOf(250_000) })).toBe(2);
      expect(await countOf(ledger, 'attempt_seconds', { of: transport, bucket: SUM_BUCKET })).toBe(500_000);
      // by whom it went out
      expect(await countOf(ledger, 'attempts_total', { of: `by-${transport}` })).toBe(1);
      // since the delivery was made, ten seconds ago
      const sum = await countOf(ledger, 'acceptance_seconds', { of: transport, bucket: SUM_BUCKET });
      expect(sum).toBeGreaterThanOrEqual(10_000_000);
    },
    // forgets those that had not ended
    mutant: (honest) => {
      let calls = 0;
      const derive: Ledger['telemetry']['derive'] = (input) => {
        calls += 1;
        return calls <= 2 ? honest.telemetry.derive(input) : Promise.resolve(false);
      };
      return lying(honest, { telemetry: { derive } });
    },
  },
  {
    promise: 'a flush that comes again, and at three processes at once, counts once; the next one is added',
    async check({ processes }) {
      const [process, verdict] = [newWord(), newWord()];
      const flush = { process, sequence: 1, counts: [checks(verdict, 5)] };

      const taken = await Promise.all(processes.map((one) => one.telemetry.flush(flush)));
      const [ledger] = processes;
      expect(taken.filter((isTaken) => isTaken)).toHaveLength(1);
      expect(await ledger.telemetry.flush({ ...flush, sequence: 2, counts: [checks(verdict, 2)] })).toBe(true);
      expect(await ledger.telemetry.flush(flush)).toBe(false);

      expect(await countOf(ledger, 'checks_total', { of: verdict })).toBe(7);
    },
    mutant: (honest) =>
      lying(honest, {
        telemetry: { flush: (input) => honest.telemetry.flush({ ...input, process: input.process + newWord() }) },
      }),
  },
  {
    promise:
      'what several processes flush at once is added up, and hours and days are the sum of their minutes, made twice or not',
    async check({ processes, ledger, change }) {
      const verdict = newWord();
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          (processes[index % 3] ?? ledger).telemetry.flush({
            process: newWord(),
            sequence: 1,
            counts: [checks(verdict, 1), checks('pass', 1)],
          }),
        ),
      );
      await change(minuteBefore(verdict, 2 * HOUR_MS, 30));
      await change(`UPDATE rollup_marks SET position = position - ${String(3 * HOUR_MS)} WHERE name = 'rolled_up'`);

      await ledger.telemetry.rollUp();
      await ledger.telemetry.rollUp();

      for (const resolution of ['minute', 'hour', 'day'] as const)
        expect([resolution, await countOf(ledger, 'checks_total', { of: verdict, resolution })]).toEqual([
          resolution,
          42,
        ]);
    },
    mutant: (honest) => lying(honest, { telemetry: { rollUp: () => Promise.resolve() } }),
  },
  {
    promise: 'the length of the queue is the most that was seen in a minute, however often somebody looks',
    async check(stage) {
      const transport = newWord();
      await addAttempts(stage, transport, 0);

      await Promise.all(stage.processes.map((one) => one.telemetry.sampleQueue()));
      await stage.change(`UPDATE deliveries SET created_at = created_at - 60000 WHERE carrier = '${transport}'`);
      await stage.ledger.telemetry.sampleQueue();

      // where the minute ended in between there are two
      const depth = await countOf(stage.ledger, 'queue_depth', { of: transport });
      expect([1, 2]).toContain(depth);
      expect(await countOf(stage.ledger, 'queue_age_seconds', { of: transport })).toBeGreaterThan(60_000_000);
      await stage.change(`UPDATE deliveries SET due_at = NULL WHERE carrier = '${transport}'`);
    },
    mutant: (honest) => lying(honest, { telemetry: { sampleQueue: () => Promise.resolve() } }),
  },
  {
    promise: 'what is no word of ours is no dimension: neither an address nor whatever somebody typed',
    async check(stage) {
      await marksUpToDate(stage);
      const surface = newWord();
      await addRefusals(stage.ledger, { surface, times: 1, why: 'eva@example.org typed <b>this</b>' });

      await deriveAll(stage.ledger);

      const all = await stage.ledger.telemetry.totals();
      expect(all.filter(({ dims }) => dims['surface'] === surface).map(({ dims }) => dims['reason'])).toEqual([
        'other',
      ]);
    },
    mutant: (honest) => lying(honest, { telemetry: { derive: () => Promise.resolve(false) } }),
  },
];

function checks(verdict: string, n: number): Counted {
  return { name: 'checks_total', dims: { verdict }, bucket: 0, n };
}

function minuteBefore(verdict: string, beforeMs: number, n: number): string {
  const ms = Date.now() - beforeMs;
  return `INSERT INTO rollups (resolution, name, at, dims, bucket, n)
    VALUES ('minute', 'checks_total', ${String(ms - (ms % 60_000))}, '${JSON.stringify({ verdict })}', 0, ${String(n)})`;
}

/** The mark of the trail cannot be written: what is counted by then must not stay. */
async function marksThatCannotMove({ change }: LedgerStage): Promise<() => Promise<void>> {
  const isPostgres = await change(
    `ALTER TABLE rollup_marks ADD CONSTRAINT stuck CHECK (name <> 'trail') NOT VALID`,
  ).then(
    () => true,
    () => false,
  );
  if (isPostgres) return () => change('ALTER TABLE rollup_marks DROP CONSTRAINT stuck');
  await change(`CREATE TRIGGER stuck BEFORE UPDATE ON rollup_marks WHEN NEW.name = 'trail'
    BEGIN SELECT RAISE(ABORT, 'stuck'); END`);
  return () => change('DROP TRIGGER stuck');
}

async function lastRefusal(ledger: Ledger): Promise<string> {
  const recent = await ledger.audit.recent(50);
  return recent.find(({ what }) => what === 'forbidden')?.surface ?? '';
}

async function addAgain(ledger: Ledger, surface: string): Promise<void> {
  const again: Counted = { name: 'refusals_total', dims: { surface, reason: 'not_an_approver' }, bucket: 0, n: 1 };
  await ledger.telemetry.flush({ process: newWord(), sequence: 1, counts: [again] });
}
