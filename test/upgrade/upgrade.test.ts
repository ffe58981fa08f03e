/**
 * The short form of the rolling upgrade, from the newest version in the repository's history that has other migrations;
 * `npm run upgrade` is the long one. Where there is no such history there is nothing to upgrade from.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';
import { buildFormer, type Built } from './build.js';
import { CROSSINGS } from './crossings.js';
import { historyOf, todaysMigrations, type Version } from './history.js';
import { withRenamedColumn } from './mutant.js';
import type { UpgradeInput } from './play.js';
import { playUpgrade } from './rolling-upgrade.js';
import { BROKEN, SHORT } from './sizes.js';

const root = packageRoot();
const seed = process.env['GATE_UPGRADE_SEED'] ?? randomBytes(4).toString('hex');
/** A quiet machine needs a tenth of it. */
const ENOUGH_MS = 400_000;
const WORKS = 'from the former version to this one nobody notices an upgrade, and one that goes back works on';
const MUTANT = 'a migration that renames what the former version writes is noticed';

const history = historyOf(root);
const why = history.kind === 'none' ? history.why : whyNoBuild();

if (history.kind === 'none' || why !== null)
  for (const name of [WORKS, MUTANT]) test.skip(`${name} (not here: ${why ?? ''})`, () => undefined);
else describe('a rolling upgrade', () => suite(history.former[0]));

function suite(version: Version): void {
  let former: Built;

  beforeAll(async () => {
    former = await buildFormer(root, version.commit);
  }, ENOUGH_MS);

  afterAll(() => former.remove());

  const input = (): Omit<UpgradeInput, keyof typeof SHORT> => ({
    seed,
    former,
    root,
    newMigrations: todaysMigrations(root).length - version.migrations.length,
  });

  test(
    `${WORKS} (${version.commit.slice(0, 7)}, seed ${seed})`,
    async () => {
      const report = await playUpgrade({ ...SHORT, ...input() });

      const evidence = report.evidenceFile === null ? [] : [`the evidence is in ${report.evidenceFile}`];
      expect([...report.violations, ...evidence]).toEqual([]);
      expect(report.wayBack).toEqual({ kind: 'works' });
      expect(report.crossings).toBeGreaterThanOrEqual(CROSSINGS.length);
      expect(Math.min(report.requests, report.taps, report.expired)).toBeGreaterThan(0);
    },
    ENOUGH_MS,
  );

  test(
    MUTANT,
    async () => {
      const mutant = withRenamedColumn(root, version.migrations);
      try {
        const { violations } = await playUpgrade({ ...BROKEN, ...input(), root: mutant.root });

        expect(violations).toContainEqual(expect.stringMatching(/^opened by former, decided by former .* not opened$/));
        expect(violations).not.toContainEqual(expect.stringMatching(/^opened by new, decided by new /));
      } finally {
        mutant.remove();
      }
    },
    ENOUGH_MS,
  );
}

function whyNoBuild(): string | null {
  return existsSync(join(root, 'dist/run/main.js')) ? null : 'the product is not built: npm run build';
}
