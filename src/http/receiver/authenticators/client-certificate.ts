/**
 * Callers by client certificate: the connection's own where the public plane speaks TLS, or the one that a trusted proxy
 * verified and tells in headers. From anybody but a trusted proxy those headers are worth nothing.
 */
import type { Clock } from '../../../base/time/clock.js';
import type { CertificateProof, ProofsOf } from '../../../contract/caller-proofs.js';
import { UNKNOWN, type Authentication, type Authenticator, type Call } from '../authenticator.js';
import { certificateOfConnection, certificateOfHeaders, type PresentedCertificate } from './presented-certificate.js';

export interface ClientCertificatesDeps {
  readonly proofs: ProofsOf<'certificates'>;
  /** Whether the headers of this peer are believed. */
  readonly isTrustedProxy: (peer: string | undefined) => boolean;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** One certificate that fits two producers is nobody's: neither may speak for the other. */
export function clientCertificates(deps: ClientCertificatesDeps): Authenticator {
  return {
    authenticate(call) {
      const found = [...deps.proofs()].flatMap(([producer, { certificates }]) => {
        const presented = certificates === null ? null : presentedTo(certificates, call, deps);
        const isTheirs = certificates !== null && presented !== null && fits(presented, certificates);
        return isTheirs && isInSpan(presented, deps.clock.nowMs()) ? [callerOf(producer, presented)] : [];
      });
      const [first, second] = found;
      return Promise.resolve(first !== undefined && second === undefined ? first : UNKNOWN);
    },
  };
}

function presentedTo(
  proof: CertificateProof,
  { rawHeaders, socket }: Call,
  { isTrustedProxy }: ClientCertificatesDeps,
): PresentedCertificate | null {
  if (proof.proxyHeaders === null) return certificateOfConnection(socket);
  return isTrustedProxy(socket.remoteAddress) ? certificateOfHeaders(rawHeaders, proof.proxyHeaders) : null;
}

function fits({ sha256, subject, altNames }: PresentedCertificate, proof: CertificateProof): boolean {
  // whether one is revoked cannot be said of a certificate of which only the name was told
  const isRevoked = sha256 === null ? proof.revoked.size > 0 : proof.revoked.has(sha256);
  if (isRevoked) return false;
  if (sha256 !== null && proof.sha256.has(sha256)) return true;
  if (subject !== null && proof.subjects.has(subject)) return true;
  return altNames.some((name) => proof.altNames.has(name));
}

/** Judged at every call: a connection may outlive the certificate that opened it. */
function isInSpan({ span }: PresentedCertificate, nowMs: number): boolean {
  return span === null || (span.fromMs <= nowMs && nowMs < span.untilMs);
}

function callerOf(producer: string, { sha256, subject, span }: PresentedCertificate): Authentication {
  const which = sha256 ?? subject ?? '';
  return { kind: 'caller', producer, identity: `${producer}/certificate ${which}`, untilMs: span?.untilMs ?? null };
}
