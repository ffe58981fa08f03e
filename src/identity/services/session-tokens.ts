/** Access and refresh tokens as text, and what is kept of them. */
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import { newSecret } from '../secret.js';

const ACCESS = /^kgat_[0-9a-f]{64}$/;
const REFRESH = /^kgrt_([0-9a-f]{64})_([0-9a-f]{64})$/;

/** `kgat_` and 256 random bits. */
export function newAccessToken(random: Pick<Random, 'hex'>): string {
  return `kgat_${newSecret(random)}`;
}

export function accessHash(token: string): string | null {
  return ACCESS.test(token) ? sha256Hex(token) : null;
}

/** The two halves of a refresh token: which session it is of, which stays, and which of its tokens it is. 256 random bits each. */
export interface RefreshToken {
  readonly session: string;
  readonly turn: string;
}

export function newRefreshToken(random: Pick<Random, 'hex'>): RefreshToken {
  return { session: newSecret(random), turn: newSecret(random) };
}

export function nextRefreshToken({ session }: RefreshToken, random: Pick<Random, 'hex'>): RefreshToken {
  return { session, turn: newSecret(random) };
}

export function refreshTokenText({ session, turn }: RefreshToken): string {
  return `kgrt_${session}_${turn}`;
}

export function refreshTokenIn(text: string): RefreshToken | null {
  const [, session, turn] = REFRESH.exec(text) ?? [];
  return session === undefined || turn === undefined ? null : { session, turn };
}

/** Never the hash of what a cookie holds: that is 64 hex digits and nothing else. */
export function refreshHashes({ session, turn }: RefreshToken): {
  readonly hash: string;
  readonly refreshHash: string;
} {
  return { hash: sha256Hex(`service session ${session}`), refreshHash: sha256Hex(`refresh ${turn}`) };
}
