/** The fake Discord's bot and signing keys: two that an application may be configured with, and one that is nobody's. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

export const BOT_ID = '1290000000000000001';
export const BOT_TOKEN = 'MTI5MDAwMDAwMDAwMDAwMDAwMQ.GAtEx1.a-bot-token-of-a-test_000000000000000';

export type DiscordKey = 'current' | 'next' | 'foreign';

/** PKCS #8 of an Ed25519 key without its 32 bytes (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEEDS = { current: 1, next: 2, foreign: 3 } as const satisfies Record<DiscordKey, number>;

/** 64 hex digits, as Discord shows a public key. */
export function verifyKeyOf(key: DiscordKey): string {
  return createPublicKey(privateKey(key)).export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
}

/** A call as Discord signs it: over the timestamp and the bytes. */
export function signedCall(call: { readonly body: Buffer; readonly atMs: number; readonly key: DiscordKey }): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
} {
  const timestamp = String(Math.floor(call.atMs / 1_000));
  const signature = sign(null, Buffer.concat([Buffer.from(timestamp), call.body]), privateKey(call.key));
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Discord-Interactions/1.0 (+https://discord.com)',
      'x-signature-ed25519': signature.toString('hex'),
      'x-signature-timestamp': timestamp,
    },
    body: new Uint8Array(call.body),
  };
}

const KEYS = { current: made('current'), next: made('next'), foreign: made('foreign') } as const;

function privateKey(key: DiscordKey): KeyObject {
  return KEYS[key];
}

function made(key: DiscordKey): KeyObject {
  const seed = Buffer.alloc(32, SEEDS[key]);
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}
