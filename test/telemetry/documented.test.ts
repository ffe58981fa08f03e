/** The page lists every metric as the code has it, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';
import { METRIC_NAMES, METRICS } from '../../src/telemetry/metrics.js';

const PAGE = readFileSync(join(packageRoot(), 'docs', 'telemetry.md'), 'utf8');

test('every metric has its row: its kind, its dimensions and what it counts', () => {
  const listed = PAGE.slice(PAGE.indexOf('## What is counted'), PAGE.indexOf('What stands in a dimension'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name, kind, dims, help]) => [name, kind, dims, help]);

  expect(listed).toEqual(
    METRIC_NAMES.map((name) => {
      const { kind, dims, help } = METRICS[name];
      return [`\`${name}\``, kind, dims.map((dim) => `\`${dim}\``).join(', '), help];
    }),
  );
});
