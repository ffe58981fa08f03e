/** `GATE_SECRET`: keys of 32 bytes as 64 hex digits, comma-separated; the first seals, all open. Guessable keys are refused. */
import { Secret } from '../base/crypto/secret.js';
import type { Wrong } from './problems.js';

/** Among 32 random bytes about 30 are different; fewer than this means a pattern. */
const MIN_DIFFERENT_BYTES = 16;
const CURE = 'Make one with: openssl rand -hex 32';

/** The problem never quotes the value. */
export function gateKeysWrong(text: string): Wrong | null {
  const keys = split(text);
  for (const [index, key] of keys.entries()) {
    const which = keys.length === 1 ? '' : `key ${String(index + 1)} of ${String(keys.length)} `;
    if (!/^[0-9a-f]{64}$/i.test(key))
      return { problem: `${which}is not 64 hex digits (it has ${String(key.length)} characters)`, cure: CURE };
    if (isGuessable(Buffer.from(key, 'hex'))) return { problem: `${which}is a pattern, not random`, cure: CURE };
  }
  const isTwice = new Set(keys.map((key) => key.toLowerCase())).size < keys.length;
  return isTwice ? { problem: 'lists the same key twice', cure: 'Keep it once.' } : null;
}

export function parseGateKeys(text: string): readonly Secret[] {
  return split(text).map((key) => new Secret(Buffer.from(key, 'hex')));
}

function split(text: string): readonly string[] {
  return text.split(',').map((key) => key.trim());
}

/** Few different bytes, or equal steps between them: `00…00`, `0123…`, `000102…1f`. */
function isGuessable(bytes: Buffer): boolean {
  if (new Set(bytes).size < MIN_DIFFERENT_BYTES) return true;
  const steps = new Set(bytes.subarray(1).map((byte, index) => byte - (bytes[index] ?? 0)));
  return steps.size === 1;
}
