import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packageRoot } from '../../src/base/process/package-root.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { keyBytes, sign, verify, WINDOW_SECONDS } from '../../src/base/crypto/standard-webhooks.js';

const AT_SECONDS = 1_614_265_330;
const AT_MS = AT_SECONDS * 1000;
const KEY = new Secret(Buffer.alloc(32, 5));
const NEXT = new Secret(Buffer.alloc(32, 6));
const FOREIGN = new Secret(Buffer.alloc(32, 7));
const BODY = Buffer.from('{"test": 2432232314}');

type Headers = Record<string, string | string[] | undefined>;

function signed(key = KEY, body: Uint8Array = BODY): Headers {
  return { ...sign(key, { id: 'msg_1', atMs: AT_MS, body }) };
}

function reasonFor(headers: Headers, body: Uint8Array = BODY, nowMs = AT_MS): string {
  const found = verify([KEY, NEXT], { headers, body, nowMs });
  return found.kind === 'genuine' ? `genuine ${found.id}` : found.reason;
}

describe('a signature', () => {
  test('of one of the configured keys is genuine', () => {
    expect(reasonFor(signed(KEY))).toBe('genuine msg_1');
    expect(reasonFor(signed(NEXT))).toBe('genuine msg_1');
    expect(reasonFor(signed(FOREIGN))).toBe('signature_wrong');
  });

  test('holds for 5 minutes both ways and no second longer', () => {
    const window = WINDOW_SECONDS * 1000;

    expect(reasonFor(signed(), BODY, AT_MS + window)).toBe('genuine msg_1');
    expect(reasonFor(signed(), BODY, AT_MS - window)).toBe('genuine msg_1');
    expect(reasonFor(signed(), BODY, AT_MS + window + 1_000)).toBe('outside_window');
    expect(reasonFor(signed(), BODY, AT_MS - window - 1_000)).toBe('outside_window');
  });

  test('is over raw bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (body, at, flip) => {
        const headers = signed(KEY, body);
        const other = Uint8Array.from(body.length === 0 ? [flip] : body);
        if (body.length > 0) other[at % body.length] = (other[at % body.length] ?? 0) ^ flip;

        expect(reasonFor(headers, body)).toBe('genuine msg_1');
        expect(reasonFor(headers, other)).toBe('signature_wrong');
      }),
    );
  });

  test.each<[string, Headers, string]>([
    ['no id', { 'webhook-id': undefined }, 'header_missing'],
    ['no timestamp', { 'webhook-timestamp': undefined }, 'header_missing'],
    ['no signature', { 'webhook-signature': undefined }, 'header_missing'],
    ['an id given twice', { 'webhook-id': ['msg_1', 'msg_1'] }, 'header_malformed'],
    ['ids joined by a comma', { 'webhook-id': 'msg_1, msg_1' }, 'header_malformed'],
    ['a dot in the id', { 'webhook-id': 'msg.1' }, 'header_malformed'],
    ['another id', { 'webhook-id': 'msg_2' }, 'signature_wrong'],
    ['another timestamp', { 'webhook-timestamp': String(AT_SECONDS + 1) }, 'signature_wrong'],
    ['junk after the timestamp', { 'webhook-timestamp': `${String(AT_SECONDS)}abc` }, 'header_malformed'],
    ['a fraction in the timestamp', { 'webhook-timestamp': `${String(AT_SECONDS)}.9` }, 'header_malformed'],
    ['a space before the timestamp', { 'webhook-timestamp': ` ${String(AT_SECONDS)}` }, 'header_malformed'],
    ['an empty signature', { 'webhook-signature': 'v1,' }, 'signature_wrong'],
    [
      'another version',
      { 'webhook-signature': String(signed()['webhook-signature']).replace('v1', 'v2') },
      'signature_wrong',
    ],
  ])('with %s is refused', (_what, change, expected) => {
    expect(reasonFor({ ...signed(), ...change })).toBe(expected);
  });

  test('counts among others, but not behind eight', () => {
    const good = String(signed()['webhook-signature']);
    const bad = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
    const withOthers = (count: number): Headers => ({
      ...signed(),
      'webhook-signature': `${`${bad} `.repeat(count)}${good}`,
    });

    expect(reasonFor(withOthers(7))).toBe('genuine msg_1');
    expect(reasonFor(withOthers(8))).toBe('signature_wrong');
  });

  test('cannot be made for an id with a dot', () => {
    expect(() => sign(KEY, { id: 'a.b', atMs: AT_MS, body: BODY })).toThrow('no dot');
  });
});

test.each([
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 24],
  ['', null],
  ['whsec_', null],
  ['whsec_AA==', null],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', null],
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!', null],
])('the key %p has %p bytes', (text, expected) => {
  expect(keyBytes(text)?.length ?? null).toBe(expected);
});

interface Vectors {
  readonly secret: string;
  readonly sign: readonly { id: string; timestamp: number; payload: string; signature: string }[];
  readonly verify_cases: readonly VerifyCase[];
}

interface VerifyCase {
  readonly name: string;
  readonly expect: 'accept' | 'reject';
  readonly drop?: string;
  readonly set?: Headers;
  readonly payload?: string;
  /** Seconds from the timestamp to the moment of checking. */
  readonly now_offset?: number;
  readonly truncate_signature?: number;
  readonly prepend_signatures?: readonly string[];
  readonly append_signatures?: readonly string[];
}

const VECTORS = join(packageRoot(), '..', 'shared', 'vectors', 'webhooks', 'standard-webhooks.json');

if (existsSync(VECTORS)) {
  const vectors = JSON.parse(readFileSync(VECTORS, 'utf8')) as Vectors;
  const key = new Secret(keyBytes(vectors.secret) ?? '');

  describe("the standard's own cases", () => {
    test.each(vectors.sign)('signing $id', ({ id, timestamp, payload, signature }) => {
      const headers = sign(key, { id, atMs: timestamp * 1000, body: Buffer.from(payload) });

      expect(headers['webhook-signature']).toBe(signature);
    });

    test.each(vectors.verify_cases)('$name: $expect', (found) => {
      const body = Buffer.from(found.payload ?? '{"test": 2432232314}');
      const own = sign(key, { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atMs: AT_MS, body });
      const cut = own['webhook-signature'].slice(0, found.truncate_signature);
      const signature = [...(found.prepend_signatures ?? []), cut, ...(found.append_signatures ?? [])].join(' ');
      const headers: Headers = { ...own, 'webhook-signature': signature, ...found.set };
      if (found.drop !== undefined) headers[found.drop] = undefined;

      const { kind } = verify([key], { headers, body, nowMs: AT_MS + (found.now_offset ?? 0) * 1000 });

      expect(kind).toBe(found.expect === 'accept' ? 'genuine' : 'refused');
    });
  });
} else {
  test.skip("the standard's own cases (not here: the shared vectors are absent)", () => undefined);
}
