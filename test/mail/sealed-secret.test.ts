/** The contract of sealed secrets, by vectors that other implementations agree on, and by what must not open. */
import { createCipheriv, hkdfSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import { openSecret, sealSecret, type KeyRing, type OpenedSecret } from '../../src/mail/secrets/sealed-secret.js';

const nonce = '000102030405060708090a0b';
const K1 = { id: 'k1', key: new Secret(Buffer.from(Array.from({ length: 32 }, (_, byte) => byte))) };
const K2 = { id: 'k2', key: new Secret(Buffer.alloc(32, 0xa5)) };
const RING: KeyRing = [K1, K2];
const PLACE = { record: 'provider:17', purpose: 'smtp.password' };
const LONG = 'hunter2 and more than a tag';
const PASSWORD = 'kgs1.k1.AAECAwQFBgcICQoL.aPYstxWzQeHVmycqDh88Froik3ITwoU';

/** Made by others: node:crypto, WebCrypto and Python agree on them. */
const VECTORS = [
  { key: K1, ...PLACE, text: 'hunter2', sealed: PASSWORD },
  {
    key: K1,
    record: 'provider:17',
    purpose: 'graph.client_secret',
    text: 'hunter2',
    sealed: 'kgs1.k1.AAECAwQFBgcICQoL.XT8m1FyGJmfzNmGJ1fgJ31TubM5KLmo',
  },
  {
    key: K2,
    record: 'mailbox:1',
    purpose: 'oauth.refresh_token',
    text: '',
    sealed: 'kgs1.k2.AAECAwQFBgcICQoL.vTXbGOQvYA0o8DFtIuriuA',
  },
] as const;

describe.each(VECTORS)('the vector of $record, $purpose', ({ key, text, sealed, ...place }) => {
  test('is sealed so, and opens', () => {
    expect(sealSecret([key], place, { text, nonce })).toBe(sealed);
    expect(textOf(openSecret(RING, place, sealed))).toBe(text);
  });

  test('opens for no other record and purpose, and with no other key under the same id', () => {
    const others = [
      openSecret(RING, { ...place, record: 'provider:18' }, sealed),
      openSecret(RING, { ...place, purpose: 'smtp.refresh_token' }, sealed),
      openSecret([{ id: key.id, key: new Secret(Buffer.alloc(32, 7)) }], place, sealed),
    ];

    expect(others.map(whyOf)).toEqual(['not authentic', 'not authentic', 'not authentic']);
  });

  test('does not open with any one bit changed', () => {
    const [version = '', id = '', first = '', body = ''] = sealed.split('.');
    const changed = [first, body].flatMap((part, which) =>
      bitsOf(part).map((other) => [version, id, ...(which === 0 ? [other, body] : [first, other])].join('.')),
    );

    expect(changed.length).toBeGreaterThan(200);
    expect(new Set(changed.map((one) => whyOf(openSecret(RING, place, one))))).toEqual(new Set(['not authentic']));
  });
});

test('a tag that is cut to 15, 12, 8 or 4 bytes does not open, although the bytes that are left are right', () => {
  const short = [15, 12, 8, 4].map((bytes) => sealedWithTagOf(bytes));

  expect(short.map((sealed) => whyOf(openSecret(RING, PLACE, sealed)))).toEqual([
    'not authentic',
    'not authentic',
    'not authentic',
    'not authentic',
  ]);
  expect(textOf(openSecret(RING, PLACE, sealedWithTagOf(16)))).toBe(LONG);
});

test('less than a tag is no sealed secret', () => {
  const empty = sealSecret([K1], PLACE, { text: '', nonce });

  expect(whyOf(openSecret(RING, PLACE, empty.slice(0, -2)))).toBe('format');
  expect(textOf(openSecret(RING, PLACE, empty))).toBe('');
});

test.each([
  ['nothing', ''],
  ['plain text', 'hunter2'],
  ['another version', PASSWORD.replace('kgs1', 'kgs2')],
  ['a part too many', `${PASSWORD}.AAAA`],
  ['a part too few', PASSWORD.split('.').slice(0, 3).join('.')],
  ['no key id', PASSWORD.replace('k1', '')],
  ['padding', `${PASSWORD}=`],
  ['the other base64', PASSWORD.replace('aPYs', 'aP+s')],
  ['unused bits that are set', 'kgs1.k1.AAECAwQFBgcICQoL.aPYstxWzQeHVmycqDh88Froik3ITwoV'],
  ['a length that no bytes have', `${PASSWORD}AA`],
  ['white space around it', ` ${PASSWORD}`],
  ['a line end', `${PASSWORD}\n`],
  ['a shorter nonce', PASSWORD.replace('AAECAwQFBgcICQoL', 'AAECAwQFBgcICQ')],
  ['a longer nonce', PASSWORD.replace('AAECAwQFBgcICQoL', 'AAECAwQFBgcICQoLDA')],
])('%s is no sealed secret', (_what, sealed) => {
  expect(whyOf(openSecret(RING, PLACE, sealed))).toBe('format');
});

test('another key id is another key: unknown, or not the one that sealed', () => {
  expect(whyOf(openSecret(RING, PLACE, PASSWORD.replace('.k1.', '.k3.')))).toBe('key unknown');
  expect(whyOf(openSecret(RING, PLACE, PASSWORD.replace('.k1.', '.k2.')))).toBe('not authentic');
  const renamed: KeyRing = [{ id: 'k9', key: K1.key }];
  expect(whyOf(openSecret(renamed, PLACE, PASSWORD.replace('.k1.', '.k9.')))).toBe('not authentic');
});

test('parts do not run into one another: what moves from one to the next is another secret', () => {
  const sealed = sealSecret([K1], { record: 'provider:1', purpose: '7smtp.password' }, { text: 'hunter2', nonce });

  expect(whyOf(openSecret(RING, PLACE, sealed))).toBe('not authentic');
});

test('a new key seals from then on, the former one still opens what it sealed, and is unknown once it is gone', () => {
  const before = sealSecret([K1], PLACE, { text: 'hunter2', nonce });
  const after = sealSecret([K2, K1], PLACE, { text: 'hunter2', nonce });

  expect(after.startsWith('kgs1.k2.')).toBe(true);
  expect([before, after].map((one) => textOf(openSecret([K2, K1], PLACE, one)))).toEqual(['hunter2', 'hunter2']);
  expect(whyOf(openSecret([K2], PLACE, before))).toBe('key unknown');
});

test('what is opened is not printed by accident', () => {
  expect(JSON.stringify(openSecret(RING, PLACE, PASSWORD))).not.toContain('hunter2');
});

function textOf(opened: OpenedSecret): string | null {
  return opened.kind === 'opened' ? opened.secret.revealText() : null;
}

function whyOf(opened: OpenedSecret): string {
  return opened.kind === 'refused' ? opened.why : opened.kind;
}

/** The part with each of its bits changed, one at a time. */
function bitsOf(part: string): readonly string[] {
  const bytes = Buffer.from(part, 'base64url');
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const other = Buffer.from(bytes);
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return other.toString('base64url');
  });
}

/** Written a second time, with node's own means: a tag of so many bytes that is authentic as far as it goes. */
function sealedWithTagOf(bytes: number): string {
  const part = (text: string): Buffer => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
  const label = part('koder-gate/secret/v1');
  const iv = Buffer.from(nonce, 'hex');
  const [record, purpose, id] = [part(PLACE.record), part(PLACE.purpose), part('k1')];
  const key = hkdfSync('sha256', K1.key.reveal(), record, Buffer.concat([label, purpose, id]), 32);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), iv, { authTagLength: bytes });
  cipher.setAAD(Buffer.concat([label, record, purpose, id]));
  const body = Buffer.concat([cipher.update(LONG), cipher.final(), cipher.getAuthTag()]);
  return `kgs1.k1.${iv.toString('base64url')}.${body.toString('base64url')}`;
}
