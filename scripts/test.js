// Runs every test and closes with one plain line, so that people and machines read the same result.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'gate-test-'));
const report = join(folder, 'report.json');
const jest = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --enable-source-maps --disable-warning=ExperimentalWarning',
    },
  },
);

const result = read(report);
rmSync(folder, { recursive: true, force: true });
if (result === null) {
  console.log('no report: the test runner itself failed');
  process.exit(1);
}
for (const file of result.testResults) {
  for (const test of file.assertionResults) if (test.status === 'pending') console.log(`skipped: ${test.fullName}`);
}
const brokenFiles = result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
const failed = result.numFailedTests + brokenFiles.length;
const skipped = result.numPendingTests > 0 ? `, ${result.numPendingTests} skipped` : '';
console.log(`${result.numPassedTests} passed, ${failed} failed${skipped}`);
process.exit(jest.status === 0 && failed === 0 && result.numPassedTests > 0 ? 0 : 1);

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
