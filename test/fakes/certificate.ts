/** Makes X.509 certificates for loopback servers, so that no key lies in the repository and none expires. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
}

/** One that signs the others. */
export interface Authority extends MadeCertificate {
  /** Good from yesterday to tomorrow, unless `span` says otherwise; for a key of its own, unless one is given. */
  issue(name: string, span?: Span, key?: KeyPair): MadeCertificate;
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const OID = {
  commonName: [0x55, 0x04, 0x03],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  basicConstraints: [0x55, 0x1d, 0x13],
  subjectAltName: [0x55, 0x1d, 0x11],
} as const;
const DAY_MS = 86_400_000;

export function makeAuthority(name: string): Authority {
  const own = newKey();
  const cert = certificate({
    subject: name,
    issuer: name,
    publicKey: own.publicKey,
    signer: own.privateKey,
    isAuthority: true,
  });
  return {
    cert,
    key: pem(own.privateKey),
    issue(subject, span, leaf = newKey()) {
      const keys = { publicKey: leaf.publicKey, signer: own.privateKey };
      const issued = { subject, issuer: name, ...keys, isAuthority: false, ...(span === undefined ? {} : { span }) };
      return { cert: certificate(issued), key: pem(leaf.privateKey) };
    },
  };
}

function newKey(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

let serial = 1;

/** Certificate and TBSCertificate of RFC 5280, 4.1, with the two extensions that matter here. */
function certificate(made: {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signer: KeyObject;
  isAuthority: boolean;
  span?: Span;
}): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const nowMs = Date.now();
  const { fromMs, untilMs } = made.span ?? { fromMs: nowMs - DAY_MS, untilMs: nowMs + DAY_MS };
  serial += 1;
  const altNames = sequence(der(0x82, Buffer.from(made.subject)), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = made.isAuthority
    ? [extension(OID.basicConstraints, sequence(der(0x01, Buffer.from([0xff]))))]
    : [extension(OID.subjectAltName, altNames)];
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([serial])),
    algorithm,
    name(made.issuer),
    sequence(time(fromMs), time(untilMs)),
    name(made.subject),
    made.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, made.signer);
  const whole = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(commonName)))));
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}

function extension(id: readonly number[], value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value));
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
