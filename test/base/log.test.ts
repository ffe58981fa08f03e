import { expect, test } from '@jest/globals';
import { jsonLog } from '../../src/base/log.js';

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
