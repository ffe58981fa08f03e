/** On SQLite a thread has the database and TypeORM with it: the process itself does not load TypeORM, which is 15 MB and more. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';
import { createFile, file } from '../fixtures/databases/sqlite-file.js';

createFile();

test('a process that opens the ledger does not load TypeORM, and it would be noticed', () => {
  const program = join(packageRoot(), 'out/test/ledger/loading-process.js');

  const { stdout, stderr } = spawnSync(process.execPath, [program, file], { encoding: 'utf8', timeout: 20_000 });

  expect(stderr).toBe('');
  const { opened, withTypeorm } = JSON.parse(stdout) as Record<'opened' | 'withTypeorm', readonly string[]>;
  const isTypeorm = (path: string): boolean => path.includes('/node_modules/typeorm/');
  expect(opened.filter(isTypeorm)).toEqual([]);
  expect(withTypeorm.some(isTypeorm)).toBe(true);
});
