/** `import { authGate } from 'koder-gate'`: the built package hands out what the README says, with its types. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';

const NAME = 'koder-gate';

test('the package exports authGate and nothing else', async () => {
  const exported = (await import(NAME)) as Readonly<Record<string, unknown>>;

  expect(Object.keys(exported)).toEqual(['authGate']);
  expect(exported['authGate']).toBeInstanceOf(Function);
});

test('with types that are there after the build', () => {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    exports: { '.': { types: string } };
  };
  const types = join(packageRoot(), manifest.exports['.'].types);

  expect(existsSync(types)).toBe(true);
  expect(readFileSync(types, 'utf8')).toContain(
    'export declare function authGate(options: AuthGateOptions): AuthGate;',
  );
});
