/** Who has certificates here: our own server, callers of one company, and strangers of another. Made anew in every run. */
import { X509Certificate } from 'node:crypto';
import { makeAuthority, type MadeCertificate } from '../../fakes/certificate.js';

const HOUR_MS = 3_600_000;

export const company = makeAuthority('Company CA');
const stranger = makeAuthority('Some other CA');
export const server = company.issue('localhost');
export const jet = company.issue('jet');
/** The same name, signed by somebody else. */
export const impostor = stranger.issue('jet');
export const fly = company.issue('fly');
export const expired = company.issue('jet', { fromMs: Date.now() - 2 * HOUR_MS, untilMs: Date.now() - HOUR_MS });

/** As `openssl x509 -fingerprint -sha256` prints it, in the form of the configuration. */
export function sha256Of({ cert }: MadeCertificate): string {
  return new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** As nginx passes it on: `$ssl_client_escaped_cert`. */
export function escaped({ cert }: MadeCertificate): string {
  return encodeURIComponent(cert);
}

/** As HAProxy and Caddy do: DER in base64. */
export function derInBase64({ cert }: MadeCertificate): string {
  return new X509Certificate(cert).raw.toString('base64');
}
