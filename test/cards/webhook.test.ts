/** The webhook payloads, as golden files. `UPDATE_GOLDENS=1` writes them anew; read the difference before it is committed. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { callbackPayload, consumerPayload } from '../../cards/webhook.js';
import type { ApproverId } from '../../src/approval/brand.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { CASES, TOKEN } from '../fixtures/cards/adaptive-cases.js';

const GOLDEN = join(packageRoot(), 'test', 'golden', 'webhook');
const ADMIN = 'rpm@koder.dev' as ApproverId;
const cases = Object.entries(CASES);

test.each(cases)('%s is what the golden file says', (name, view) => {
  const file = join(GOLDEN, `${name}.json`);
  const payload = consumerPayload(view, ADMIN) ?? callbackPayload(view, TOKEN);
  const drawn = `${JSON.stringify(payload, null, 2)}\n`;
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, drawn);

  expect(drawn).toBe(readFileSync(file, 'utf8'));
});

test.each(cases)('%s is either asked or told, never both', (_name, view) => {
  const isAsked = consumerPayload(view, ADMIN) !== null;
  const isTold = callbackPayload(view, TOKEN) !== null;

  expect([isAsked, isTold]).toEqual(view.state.kind === 'pending' ? [true, false] : [false, true]);
});

describe("the consumer's payload", () => {
  const pending = CASES['pending-stg'];
  if (pending === undefined) throw new Error('the case is gone');

  test("has the RFC's ten fields, in its order, and no other", () => {
    expect(Object.keys(consumerPayload(pending, ADMIN) ?? {})).toEqual([
      'token',
      'host',
      'environment',
      'origin_ip',
      'user_agent',
      'geo',
      'timestamp',
      'admin',
      'confirm_url',
      'ttl_seconds',
    ]);
  });

  test('has the user agent as the browser sent it, cut to 512 characters', () => {
    const long = consumerPayload({ ...pending, userAgent: 'a'.repeat(600) }, ADMIN);

    expect(consumerPayload(pending, ADMIN)?.user_agent).toBe('Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0.0.0');
    expect(long?.user_agent).toHaveLength(512);
  });
});

test('there is no golden file without a case', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(cases.map(([name]) => `${name}.json`).sort());
});
