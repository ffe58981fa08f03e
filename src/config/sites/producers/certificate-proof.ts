/** Client certificates of a producer's callers, and the headers in which a proxy tells of them (`[client_certificates]`). */
import { z } from 'zod';
import type { CertificateProof, ProxyCertificateHeaders } from '../../../contract/caller-proofs.js';
import { described } from '../../described.js';
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

const SHA256 = 'a list of SHA-256 fingerprints, 64 hex digits each';

export const CERTIFICATE_KEYS = {
  client_cert_sha256: described(z.array(digest).min(1), {
    meaning: 'The client certificates of its callers, by fingerprint. One of the three `client_cert_` names is enough.',
    form: SHA256,
    example: '["5f0c…"], 64 hex digits',
  }),
  client_cert_subject: described(z.array(subject).min(1), {
    meaning: 'The same by subject. Whoever can get a certificate of that name from the authority is the producer.',
    form: 'a list of distinguished names, RFC 4514',
    example: '["CN=jet,O=Koder"]',
  }),
  client_cert_san: described(z.array(altName).min(1), {
    meaning: 'The same by subject alternative name.',
    form: 'a list of `DNS:…` and `URI:…`',
    example: '["DNS:jet.example.org"]',
  }),
  client_cert_revoked: described(z.array(digest), {
    meaning: 'Certificates that count no more. Revocation lists are not read.',
    form: SHA256,
    default: 'none',
    example: '["5f0c…"], 64 hex digits each',
  }),
  client_cert_from: described(z.enum(['tls', 'proxy']), {
    meaning:
      "Who verifies the certificate: the gate's own TLS (`PUBLIC_TLS_CLIENT_CA`), or a trusted proxy that tells of it in headers.",
    form: '`"tls"` or `"proxy"`',
    default: '"tls"',
    example: '"proxy"',
  }),
};

const HEADERS = {
  verify_header: 'X-SSL-Client-Verify',
  certificate_header: 'X-SSL-Client-Cert',
  fingerprint_header: 'X-SSL-Client-Fingerprint',
  subject_header: 'X-SSL-Client-S-DN',
} as const;

function header(key: keyof typeof HEADERS, meaning: string) {
  const written = `"${HEADERS[key]}"`;
  return described(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), {
    meaning,
    form: "a header's name",
    default: written,
    example: written,
  });
}

export const HEADER_KEYS = {
  verify_header: header('verify_header', 'Whether the proxy has verified the certificate: `SUCCESS`, exactly.'),
  certificate_header: header('certificate_header', 'The certificate, in PEM with percent-encoding or DER in base64.'),
  fingerprint_header: header('fingerprint_header', 'Its SHA-256 fingerprint.'),
  subject_header: header('subject_header', 'Its subject, RFC 4514.'),
};

export function readHeaderNames(raw: unknown, reading: Reading): HeaderNames {
  const path = 'client_certificates';
  const { values, problems } = readTable(raw ?? {}, HEADER_KEYS, { file: reading.file, path });
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
