import { expect, test } from '@jest/globals';
import { jsonLog } from '../../src/base/process/log.js';

test('of an error the log keeps where it was thrown, and not its message, which may quote a payload', () => {
  const lines: string[] = [];
  const log = jsonLog('info', { write: (line) => lines.push(line) });

  log.error('an answer failed', { error: new TypeError('token 0123') });

  const { error } = JSON.parse(lines.join('')) as { readonly error: string };
  expect(error).toMatch(/^TypeError\n {4}at /);
  expect(error).not.toContain('token 0123');
});

test('a code of ours is logged as it is', () => {
  const lines: string[] = [];

  jsonLog('info', { write: (line) => lines.push(line) }).warn('closings wait', { error: 'ECONNREFUSED' });

  expect(JSON.parse(lines.join(''))).toMatchObject({ level: 40, msg: 'closings wait', error: 'ECONNREFUSED' });
});

test.each([
  ['holds itself', () => Object.assign({ name: 'x' }, { self: null }) as Record<string, unknown>],
  ['is very long', () => ({ list: Array.from({ length: 100_000 }, (_, index) => index) })],
  [
    'throws when it is read',
    () => ({
      get it(): never {
        throw new Error('no');
      },
    }),
  ],
  ['is a bigint', () => ({ n: 12n })],
])('a value that %s costs a short line and no exception', (_what, make) => {
  const lines: string[] = [];
  const value: Record<string, unknown> = make();
  if ('self' in value) value['self'] = value;

  jsonLog('info', { write: (line) => void lines.push(line) }).info('told', { value });

  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBeLessThan(4_096);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'told' });
});
