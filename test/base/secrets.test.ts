import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { isSameSecret, sha256Hex } from '../../src/base/crypto/digest.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { Secret } from '../../src/base/crypto/secret.js';

const FORMER = new Secret(Buffer.alloc(32, 1));
const NEWER = new Secret(Buffer.alloc(32, 2));
const FOREIGN = new Secret(Buffer.alloc(32, 3));

describe('a secret', () => {
  test('is not printed by accident', () => {
    const secret = new Secret('hunter2');

    const printed = [
      String(secret),
      secret.toString(),
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ];

    expect(printed.filter((text) => text.includes('hunter2') || !text.includes('[secret]'))).toEqual([]);
  });

  test('is revealed where it leaves the process', () => {
    expect(new Secret('hunter2').revealText()).toBe('hunter2');
    expect(new Secret(Buffer.from([0, 255])).reveal()).toEqual(Buffer.from([0, 255]));
  });
});

describe('a seal', () => {
  const seals = createEncryption([NEWER, FORMER]);

  test('opens for the purpose and the row it was made for', () => {
    const sealed = seals.seal('token', 'request-1', 'a token');

    expect(seals.open('token', 'request-1', sealed)).toBe('a token');
    expect(seals.open('token', 'request-2', sealed)).toBeNull();
    expect(seals.open('canary', 'request-1', sealed)).toBeNull();
    expect(sealed).not.toContain('a token');
  });

  test('made with the former key opens after a rotation, and with a foreign one never', () => {
    const former = createEncryption([FORMER]).seal('token', 'r', 'text');
    const foreign = createEncryption([FOREIGN]).seal('token', 'r', 'text');

    expect(seals.open('token', 'r', former)).toBe('text');
    expect(seals.open('token', 'r', foreign)).toBeNull();
    expect(createEncryption([FORMER]).open('token', 'r', seals.seal('token', 'r', 'text'))).toBeNull();
  });

  test('that was changed in any one place does not open', () => {
    const sealed = seals.seal('token', 'r', 'text');

    // The last digit of each part has bits that base64url does not use, so it is left alone.
    const changed = [...sealed.matchAll(/[\w-](?=[\w-])/g)].map(({ index }) => {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      return `${sealed.slice(0, index)}${other}${sealed.slice(index + 1)}`;
    });

    expect(changed.length).toBeGreaterThan(40);
    expect(changed.filter((text) => seals.open('token', 'r', text) !== null)).toEqual([]);
  });

  test.each(['', '.', '..', 'a.b.c', 'not a seal'])(
    'that is none (%p) does not open, and nothing is thrown',
    (text) => {
      expect(seals.open('token', 'r', text)).toBeNull();
    },
  );

  test('is another each time', () => {
    expect(seals.seal('token', 'r', 'text')).not.toBe(seals.seal('token', 'r', 'text'));
  });

  test('without a key is a bug', () => {
    expect(() => createEncryption([])).toThrow('at least one key');
  });

  test('keys for purposes differ, stay, and come from the first key', () => {
    expect(seals.deriveKey('a').reveal()).toHaveLength(32);
    expect(seals.deriveKey('a').reveal()).toEqual(createEncryption([NEWER]).deriveKey('a').reveal());
    expect(seals.deriveKey('a').reveal()).not.toEqual(seals.deriveKey('b').reveal());
  });
});

describe('digests', () => {
  test('SHA-256 of "abc" is what FIPS 180-4 says', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('secrets are the same or not, whatever their lengths', () => {
    expect(isSameSecret('a', Buffer.from('a'))).toBe(true);
    expect(isSameSecret('a', 'ab')).toBe(false);
    expect(isSameSecret('', 'a')).toBe(false);
  });
});
