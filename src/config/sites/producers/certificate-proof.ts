/** Client certificates of a producer's callers, and the headers in which a proxy tells of them (`[client_certificates]`). */
import { z } from 'zod';
import type { CertificateProof, ProxyCertificateHeaders } from '../../../contract/caller-proofs.js';
import type { Wrong } from '../../problems.js';
import { judged, readTable, type Values } from '../../read-table.js';
import type { Reading } from '../reading.js';
import type { Where } from '../secret-reference.js';

export type HeaderNames = ProxyCertificateHeaders;

const digest = judged((text) =>
  /^([0-9a-f]{64}|([0-9a-f]{2}:){31}[0-9a-f]{2})$/i.test(text)
    ? null
    : {
        problem: 'is not a SHA-256 fingerprint',
        cure: 'Write 64 hex digits: openssl x509 -noout -fingerprint -sha256 -in client.pem',
      },
);
const subject = judged((text) =>
  /^[A-Za-z][\w.]*=.+$/.test(text) && text.length <= 512
    ? null
    : {
        problem: `"${text.slice(0, 60)}" is not a distinguished name`,
        cure: 'Write it as RFC 4514 does: openssl x509 -noout -subject -nameopt RFC2253 -in client.pem',
      },
);
const altName = judged((text) =>
  /^(DNS|URI):[\x21-\x2b\x2d-\x7e]{1,512}$/.test(text) && !text.includes('"')
    ? null
    : {
        problem: `"${text.slice(0, 60)}" is no name that a certificate is known by`,
        cure: 'Write DNS:jet.example.org or URI:spiffe://example.org/jet.',
      },
);

export const CERTIFICATE_KEYS = {
  client_cert_sha256: z.array(digest).min(1),
  client_cert_subject: z.array(subject).min(1),
  client_cert_san: z.array(altName).min(1),
  client_cert_revoked: z.array(digest),
  client_cert_from: z.enum(['tls', 'proxy']),
};

const header = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const HEADER_KEYS = {
  verify_header: header,
  certificate_header: header,
  fingerprint_header: header,
  subject_header: header,
};
const HEADERS = {
  verify_header: 'X-SSL-Client-Verify',
  certificate_header: 'X-SSL-Client-Cert',
  fingerprint_header: 'X-SSL-Client-Fingerprint',
  subject_header: 'X-SSL-Client-S-DN',
} as const;

export function readHeaderNames(raw: unknown, reading: Reading): HeaderNames {
  const path = 'client_certificates';
  const examples = Object.fromEntries(Object.entries(HEADERS).map(([key, name]) => [key, `"${name}"`]));
  const { values, problems } = readTable(raw ?? {}, HEADER_KEYS, { file: reading.file, path, examples });
  reading.tellAll(problems);
  const named = (key: keyof typeof HEADERS): string => (values[key] ?? HEADERS[key]).toLowerCase();
  const names: HeaderNames = {
    verify: named('verify_header'),
    certificate: named('certificate_header'),
    fingerprint: named('fingerprint_header'),
    subject: named('subject_header'),
  };
  if (new Set(Object.values(names)).size < Object.keys(names).length)
    reading.tell(path, { problem: 'names one header for two things', cure: 'Give each its own header.' });
  return names;
}

type Given = Values<typeof CERTIFICATE_KEYS>;

export function readCertificateProof(given: Given, where: Where, headers: HeaderNames): CertificateProof | null {
  const { reading, path, bad } = where;
  const isSaid = Object.keys(CERTIFICATE_KEYS).some((key) => key in given || bad.has(key));
  if (!isSaid) return null;
  const isNamed = ['client_cert_sha256', 'client_cert_subject', 'client_cert_san'].some(
    (key) => key in given || bad.has(key),
  );
  if (!isNamed) reading.tell(`${path}.client_cert_sha256`, NO_CERTIFICATE);
  const isByProxy = given.client_cert_from === 'proxy';
  if (!bad.has('client_cert_from')) tellNoVerifier(isByProxy, where);
  return {
    sha256: new Set(given.client_cert_sha256?.map(bareDigest)),
    subjects: new Set(given.client_cert_subject),
    altNames: new Set(given.client_cert_san?.map(lowerDns)),
    revoked: new Set(given.client_cert_revoked?.map(bareDigest)),
    proxyHeaders: isByProxy ? headers : null,
  };
}

const NO_CERTIFICATE: Wrong = {
  problem: 'is missing, but something else is said of client certificates',
  cure: 'Name the certificates: client_cert_sha256, client_cert_subject or client_cert_san.',
};

/** A certificate that nobody verifies would never be accepted: better reported at the start than noticed at the first call. */
function tellNoVerifier(isByProxy: boolean, { reading, path }: Where): void {
  const { trustedProxies, publicTls } = reading.settings;
  if (isByProxy && trustedProxies.length === 0)
    reading.tell(`${path}.client_cert_from`, {
      problem: 'is "proxy", and no proxy is trusted',
      cure: 'Set TRUSTED_PROXIES to the address that your proxy connects from.',
    });
  if (!isByProxy && publicTls?.clientAuthorities == null)
    reading.tell(`${path}.client_cert_from`, {
      problem: 'is "tls", and the public plane asks nobody for a certificate',
      cure: 'Set PUBLIC_TLS_CERT, PUBLIC_TLS_KEY and PUBLIC_TLS_CLIENT_CA, or write client_cert_from = "proxy".',
    });
}

/** OpenSSL prints it in capitals with colons. */
function bareDigest(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}

/** Host names have no case. */
function lowerDns(name: string): string {
  return name.startsWith('DNS:') ? `DNS:${name.slice('DNS:'.length).toLowerCase()}` : name;
}
