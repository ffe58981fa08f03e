/**
 * A client certificate as it reached us, verified: over the TLS connection itself, or told by a proxy in headers. Whose it
 * is, is for `client-certificate.ts` to say; that a proxy is trusted, too.
 */
import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { singleHeader, type RawHeaders } from '../../../base/net/raw-headers.js';
import type { ProxyCertificateHeaders } from '../../../contract/caller-proofs.js';

export interface PresentedCertificate {
  /** 64 lower-case hex digits over the DER form; null: not told. */
  readonly sha256: string | null;
  /** RFC 4514; null: not told. */
  readonly subject: string | null;
  /** `DNS:…` and `URI:…`; none where only a fingerprint or a name was told. */
  readonly altNames: readonly string[];
  /** The certificate's own span, in epoch milliseconds; null where it was not told, and the proxy alone has judged it. */
  readonly span: { readonly fromMs: number; readonly untilMs: number } | null;
}

/** Null: no TLS, no certificate, or one that no authority of ours has signed. */
export function certificateOfConnection(socket: Socket): PresentedCertificate | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : factsOf(certificate);
}

/**
 * What a proxy tells; ask only when the peer is a trusted one. Null: it does not say `SUCCESS`, a header stands twice, or
 * what it tells cannot be read. The certificate itself, where it is told, goes before fingerprint and name.
 */
export function certificateOfHeaders(raw: RawHeaders, names: ProxyCertificateHeaders): PresentedCertificate | null {
  const told = [names.verify, names.certificate, names.fingerprint, names.subject].map((name) =>
    singleHeader(raw, name),
  );
  const [verify, certificate = '', fingerprint = '', subject = ''] = told;
  if (verify !== 'SUCCESS' || certificate === null || fingerprint === null || subject === null) return null;
  if (certificate !== '') return readCertificate(certificate);
  return { sha256: digestIn(fingerprint), subject: subject === '' ? null : subject, altNames: [], span: null };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function readCertificate(text: string): PresentedCertificate | null {
  try {
    return factsOf(new X509Certificate(BASE64.test(text) ? Buffer.from(text, 'base64') : decodeURIComponent(text)));
  } catch {
    return null; // neither of the two forms
  }
}

function factsOf(certificate: X509Certificate): PresentedCertificate {
  return {
    sha256: digestIn(certificate.fingerprint256),
    subject: distinguishedName(certificate.subject),
    altNames: altNamesOf(certificate.subjectAltName ?? ''),
    span: { fromMs: Date.parse(certificate.validFrom), untilMs: Date.parse(certificate.validTo) },
  };
}

function digestIn(text: string): string | null {
  const digest = text.replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digest) ? digest : null;
}

/** OpenSSL's lines, outermost first, as RFC 4514 writes them: innermost first, with commas. Escapes are RFC 4514's already. */
function distinguishedName(lines: string): string {
  return lines.split('\n').reverse().join(',');
}

/**
 * Node writes the names with commas between them, and in quotes where a name itself could be read as two (CVE-2021-44532):
 * then none is believed.
 */
function altNamesOf(text: string): readonly string[] {
  if (text.includes('"')) return [];
  return text.split(', ').map((name) => (name.startsWith('DNS:') ? `DNS:${name.slice(4).toLowerCase()}` : name));
}
