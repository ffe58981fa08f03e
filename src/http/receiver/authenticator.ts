/** Who calls the receiver. A seam: bearer tokens today; signatures, OAuth or mTLS find their place here. */
import type { IncomingMessage } from 'node:http';
import { isSameSecret } from '../../base/digest.js';
import type { Secret } from '../../base/secret.js';

export interface Authenticator {
  /** The producer's name, from headers and connection alone: no byte of the body is read before. Null: unknown. */
  authenticate(request: Pick<IncomingMessage, 'headers' | 'socket'>): Promise<string | null>;
}

export interface Bearers {
  readonly bearers: readonly Secret[];
}

/**
 * Static bearer tokens, several a producer for rotation (RFC 6750, section 2.1). Every token of every producer is
 * compared whatever matched before, so that time tells nothing. Asked again at each call: a reload takes effect.
 */
export function bearerAuthenticator(secrets: () => ReadonlyMap<string, Bearers>): Authenticator {
  return {
    authenticate({ headers }) {
      const presented = bearerOf(headers.authorization);
      return Promise.resolve(presented === null ? null : ownerOf(presented, secrets()));
    },
  };
}

/** The token of `Authorization: Bearer <token>`; null when there is none. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(authorization ?? '')?.[1] ?? null;
}

function ownerOf(presented: string, secrets: ReadonlyMap<string, Bearers>): string | null {
  let owner: string | null = null;
  for (const [name, { bearers }] of secrets) {
    for (const bearer of bearers) if (isSameSecret(presented, bearer.reveal())) owner = name;
  }
  return owner;
}
