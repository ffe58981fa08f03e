/**
 * Tokens `<workspace>.<thread>.<hex>` that a producer makes for itself with a key that both sides hold. They carry no end:
 * one is ended by `hmac_revoked`, a workspace by leaving the list, all of them by a new key.
 */
import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../../base/crypto/digest.js';
import type { Secret } from '../../../base/crypto/secret.js';
import type { HmacProof, ProofsOf } from '../../../contract/caller-proofs.js';
import { onlyBearer } from '../../shared/bearer.js';
import { UNKNOWN, type Authenticator } from '../authenticator.js';

/** Three parts without a dot, the last one exactly as it is written by us: one spelling a token. */
const SHAPE = /^([^.]{1,128})\.([^.]{1,128})\.([0-9a-f]{64})$/;

interface Presented {
  readonly workspace: string;
  readonly thread: string;
  readonly mac: string;
}

export function hmacTokens(proofs: ProofsOf<'hmac'>): Authenticator {
  return {
    authenticate({ rawHeaders }) {
      const presented = presentedIn(onlyBearer(rawHeaders) ?? '');
      const producer = presented === null ? null : signerOf(presented, proofs());
      if (presented === null || producer === null) return Promise.resolve(UNKNOWN);
      const identity = `${producer}/thread ${presented.thread} of ${presented.workspace}`;
      return Promise.resolve({ kind: 'caller', producer, identity, untilMs: null });
    },
  };
}

/**
 * The MAC, in lower-case hex. The parts are kept apart by a NUL, which neither of them can hold: with a dot, or nothing,
 * the MAC of one pair would be that of another.
 */
function hmacOf(key: Secret, { workspace, thread }: Pick<Presented, 'workspace' | 'thread'>): string {
  return createHmac('sha256', key.reveal()).update(`${workspace}\0${thread}`).digest('hex');
}

function presentedIn(bearer: string): Presented | null {
  const [, workspace, thread, mac] = SHAPE.exec(bearer) ?? [];
  return workspace === undefined || thread === undefined || mac === undefined ? null : { workspace, thread, mac };
}

/** Every key of every producer is tried, whatever matched before. */
function signerOf(presented: Presented, proofs: ReturnType<ProofsOf<'hmac'>>): string | null {
  let signer: string | null = null;
  for (const [producer, { hmac }] of proofs) {
    const isSigned = hmac !== null && isSignedBy(hmac.keys, presented);
    if (isSigned && isAllowed(hmac, presented)) signer = producer;
  }
  return signer;
}

function isSignedBy(keys: readonly Secret[], presented: Presented): boolean {
  let isSigned = false;
  for (const key of keys) if (isSameSecret(hmacOf(key, presented), presented.mac)) isSigned = true;
  return isSigned;
}

function isAllowed({ workspaces, revoked }: HmacProof, { workspace, thread }: Presented): boolean {
  return workspaces.has(workspace) && !revoked.has(`${workspace}.${thread}`);
}
