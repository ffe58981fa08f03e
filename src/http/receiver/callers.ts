/**
 * All ways in which callers of the receiver prove themselves, in their order: first what memory alone can judge, so that
 * an outage never stands before it; then the ledger; then somebody else's service, which only learns of bearers that
 * nobody here knows.
 */
import type { Clock } from '../../base/time/clock.js';
import { clientAddresses } from '../../base/net/client-address.js';
import type { Log } from '../../base/process/log.js';
import type { CallerProofs } from '../../contract/caller-proofs.js';
import type { ServiceTokenLedger } from '../../contract/service-token-ledger.js';
import type { Authenticator } from './authenticator.js';
import { clientCertificates } from './authenticators/client-certificate.js';
import { hmacTokens } from './authenticators/hmac-token.js';
import { inOrder } from './authenticators/in-order.js';
import { remoteVerifier } from './authenticators/remote-verifier.js';
import { serviceTokens } from './authenticators/service-token.js';
import { staticBearers } from './authenticators/static-bearer.js';

export interface CallersDeps {
  /** By producer, as of now. */
  readonly proofs: () => ReadonlyMap<string, CallerProofs>;
  readonly serviceTokens: Pick<ServiceTokenLedger, 'use'>;
  /** CIDR networks whose headers about certificates are believed. */
  readonly trustedProxies: readonly string[];
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  readonly log: Log;
}

export interface Callers extends Authenticator {
  close(): void;
}

export function createCallers({ proofs, serviceTokens: ledger, trustedProxies, clock, log }: CallersDeps): Callers {
  const addresses = clientAddresses(trustedProxies);
  const verifier = remoteVerifier({ proofs, clock, log });
  const all = inOrder([
    staticBearers(proofs),
    hmacTokens(proofs),
    clientCertificates({ proofs, isTrustedProxy: (peer) => addresses.isTrusted(peer), clock }),
    serviceTokens({ ledger, proofs }),
    verifier,
  ]);
  return { authenticate: (call) => all.authenticate(call), close: () => verifier.close() };
}
