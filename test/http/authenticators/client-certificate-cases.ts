/** Client certificates: of the TLS connection itself, and as a trusted proxy tells of them. */
import { TLSSocket } from 'node:tls';
import type { CertificateProof } from '../../../src/contract/caller-proofs.js';
import { UNKNOWN, type Call } from '../../../src/http/receiver/authenticator.js';
import { createCallers } from '../../../src/http/receiver/callers.js';
import { jetWith, lets, NO_PROOF, sendsAway, type CallerCase } from './case.js';
import { derInBase64, escaped, expired, fly, impostor, jet, sha256Of } from './certificates.js';
import {
  caller,
  instead,
  knowsNobody,
  pairs,
  readsHeaders,
  remembersEvery,
  takesTheFirstLine,
  trustsAnybody,
  trustsWhen,
} from './mutants.js';
import { HEADERS, type CallerMutant } from './fixture.js';

const DAY_MS = 86_400_000;
const JET = `jet/certificate ${sha256Of(jet)}`;
const none: CertificateProof = {
  sha256: new Set(),
  subjects: new Set(),
  altNames: new Set(),
  revoked: new Set(),
  proxyHeaders: null,
};
const pinned: CertificateProof = { ...none, sha256: new Set([sha256Of(jet)]) };
const named: CertificateProof = { ...none, subjects: new Set(['CN=jet']) };

/** Takes the name that the peer shows, whoever signed it. */
const believesAnyName: CallerMutant = (honest) => ({
  authenticate(call) {
    const { socket } = call;
    const shown = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : null;
    return shown === 'jet' ? Promise.resolve(caller(JET)) : honest.authenticate(call);
  },
});

const native: readonly CallerCase[] = [
  {
    promise: 'a certificate with a fingerprint that the file names is its producer',
    input: jetWith({ certificates: pinned }),
    check: (fixture) => lets(fixture, { tls: jet }, JET),
    mutant: knowsNobody,
  },
  {
    promise: 'a certificate with a subject that the file names is its producer',
    input: jetWith({ certificates: named }),
    check: (fixture) => lets(fixture, { tls: jet }, JET),
    mutant: knowsNobody,
  },
  {
    promise: 'a certificate with a name that the file names is its producer',
    input: jetWith({ certificates: { ...none, altNames: new Set(['DNS:jet']) } }),
    check: (fixture) => lets(fixture, { tls: jet }, JET),
    mutant: knowsNobody,
  },
  {
    promise: 'no certificate is nobody, and the connection holds all the same: browsers have none',
    input: jetWith({ certificates: pinned }),
    check: (fixture) => sendsAway(fixture, { tls: 'no certificate' }),
    mutant: trustsAnybody,
  },
  {
    promise: 'a certificate of the same name from another authority is nobody',
    input: jetWith({ certificates: named }),
    check: (fixture) => sendsAway(fixture, { tls: impostor }),
    mutant: believesAnyName,
  },
  {
    promise: 'a certificate that has ended is nobody',
    input: jetWith({ certificates: named }),
    check: (fixture) => sendsAway(fixture, { tls: expired }),
    mutant: believesAnyName,
  },
  {
    promise: 'a certificate that ends while its connection stays is nobody from then on',
    input: jetWith({ certificates: named }),
    async check(fixture) {
      await lets(fixture, { tls: jet }, JET);

      fixture.advance(2 * DAY_MS);

      await sendsAway(fixture, { tls: jet });
    },
    mutant: believesAnyName,
  },
  {
    promise: 'a certificate that is revoked is nobody, though its name is known',
    input: jetWith({ certificates: { ...named, revoked: new Set([sha256Of(jet)]) } }),
    check: (fixture) => sendsAway(fixture, { tls: jet }),
    mutant: believesAnyName,
  },
  {
    promise: 'that another of the same name is revoked does not matter',
    input: jetWith({ certificates: { ...named, revoked: new Set([sha256Of(fly)]) } }),
    check: (fixture) => lets(fixture, { tls: jet }, JET),
    mutant: knowsNobody,
  },
  {
    promise: 'a certificate of our authority that no producer names is nobody',
    input: jetWith({ certificates: pinned }),
    check: (fixture) => sendsAway(fixture, { tls: fly }),
    mutant: trustsWhen((_bearer, { socket }) => socket instanceof TLSSocket && socket.authorized),
  },
  {
    promise: 'a certificate that fits two producers is nobody: neither speaks for the other',
    input: () => ({
      proofs: { jet: { ...NO_PROOF, certificates: pinned }, fly: { ...NO_PROOF, certificates: named } },
    }),
    check: (fixture) => sendsAway(fixture, { tls: jet }),
    mutant: trustsAnybody,
  },
  {
    promise: 'a certificate that a reload took out counts no more',
    input: jetWith({ certificates: pinned }),
    async check(fixture) {
      await lets(fixture, { tls: jet }, JET);
      fixture.reload({ jet: { ...NO_PROOF, certificates: { ...none, sha256: new Set([sha256Of(fly)]) } } });

      await sendsAway(fixture, { tls: jet });
    },
    mutant: remembersEvery('caller'),
  },
  {
    promise: 'headers tell nothing where the connection itself is to say it',
    input: jetWith({ certificates: pinned }),
    check: (fixture) => sendsAway(fixture, { headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet)]] }),
    mutant: trustsWhen((_bearer, call) => pairs(call).some(([, value]) => value === sha256Of(jet))),
  },
];

const SUCCESS = [HEADERS.verify, 'SUCCESS'] as const;
const byProxy = jetWith({ certificates: { ...pinned, proxyHeaders: HEADERS } });

/** As `byProxy`, and everybody is a trusted proxy. */
const trustsEveryPeer = instead((fixture) =>
  createCallers({
    proofs: fixture.proofs,
    serviceTokens: fixture.ledger.serviceTokens,
    trustedProxies: ['0.0.0.0/0', '::/0'],
    clock: fixture.clock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  }),
);

/** Reads what headers say, and not whether they may. */
const takesAnyWord: CallerMutant = trustsWhen((_bearer, call) =>
  [HEADERS.fingerprint, HEADERS.certificate].some((name) => wordOf(call, name) !== ''),
);

function wordOf(call: Call, name: string): string {
  return pairs(call).find(([known]) => known.toLowerCase() === name)?.[1] ?? '';
}

const proxied: readonly CallerCase[] = [
  {
    promise: 'nginx passes the certificate on, percent-encoded',
    input: byProxy,
    check: (fixture) => lets(fixture, { headers: [SUCCESS, [HEADERS.certificate, escaped(jet)]] }, JET),
    mutant: knowsNobody,
  },
  {
    promise: 'HAProxy and Caddy pass it on as DER in base64',
    input: byProxy,
    check: (fixture) => lets(fixture, { headers: [SUCCESS, [HEADERS.certificate, derInBase64(jet)]] }, JET),
    mutant: knowsNobody,
  },
  {
    promise: 'a SHA-256 fingerprint is enough, in capitals with colons too',
    input: byProxy,
    check: (fixture) =>
      lets(
        fixture,
        {
          headers: [
            SUCCESS,
            [
              HEADERS.fingerprint,
              sha256Of(jet)
                .toUpperCase()
                .replace(/..(?=.)/g, '$&:'),
            ],
          ],
        },
        JET,
      ),
    mutant: knowsNobody,
  },
  {
    promise: 'so is a subject that the file names',
    input: jetWith({ certificates: { ...named, proxyHeaders: HEADERS } }),
    check: (fixture) => lets(fixture, { headers: [SUCCESS, [HEADERS.subject, 'CN=jet']] }, 'jet/certificate CN=jet'),
    mutant: knowsNobody,
  },
  {
    promise: 'where some are revoked, a name alone cannot be judged and is nobody',
    input: jetWith({ certificates: { ...named, revoked: new Set([sha256Of(fly)]), proxyHeaders: HEADERS } }),
    check: (fixture) => sendsAway(fixture, { headers: [SUCCESS, [HEADERS.subject, 'CN=jet']] }),
    mutant: trustsWhen((_bearer, call) => wordOf(call, HEADERS.subject) === 'CN=jet'),
  },
  {
    promise: 'the headers of a peer that is no trusted proxy are worth nothing',
    input: () => ({ ...byProxy(), trustedProxies: ['192.0.2.1/32'] }),
    check: (fixture) => sendsAway(fixture, { headers: [SUCCESS, [HEADERS.certificate, escaped(jet)]] }),
    mutant: trustsEveryPeer,
  },
  {
    promise: 'without a trusted proxy nobody is believed',
    input: () => ({ ...byProxy(), trustedProxies: [] }),
    check: (fixture) => sendsAway(fixture, { headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet)]] }),
    mutant: trustsEveryPeer,
  },
  ...['FAILED:certificate has expired', 'NONE', 'success', '0'].map((word) => ({
    promise: `a certificate that the proxy says is "${word}" is nobody's`,
    input: byProxy,
    check: (fixture: Parameters<CallerCase['check']>[0]) =>
      sendsAway(fixture, {
        headers: [
          [HEADERS.verify, word],
          [HEADERS.fingerprint, sha256Of(jet)],
        ],
      }),
    mutant: takesAnyWord,
  })),
  {
    promise: 'a certificate of which the proxy does not say that it verified it is nobody',
    input: byProxy,
    check: (fixture) => sendsAway(fixture, { headers: [[HEADERS.certificate, escaped(jet)]] }),
    mutant: takesAnyWord,
  },
  {
    promise: 'a header that stands twice is refused: one of the two may be the caller’s own',
    input: byProxy,
    check: (fixture) =>
      sendsAway(fixture, {
        headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet)], [HEADERS.fingerprint, sha256Of(fly)]],
      }),
    mutant: takesTheFirstLine,
  },
  {
    promise: 'a verdict that stands twice is refused',
    input: byProxy,
    check: (fixture) =>
      sendsAway(fixture, {
        headers: [SUCCESS, ['X-SSL-CLIENT-VERIFY', 'FAILED:x'], [HEADERS.fingerprint, sha256Of(jet)]],
      }),
    mutant: takesTheFirstLine,
  },
  {
    promise: 'an underscore twin of a header is another header',
    input: byProxy,
    check: (fixture) =>
      sendsAway(fixture, {
        headers: [
          ['X_SSL_Client_Verify', 'SUCCESS'],
          [HEADERS.fingerprint, sha256Of(jet)],
        ],
      }),
    mutant: readsHeaders((name, value) => [name.replaceAll('_', '-'), value]),
  },
  {
    promise: 'a SHA-1 fingerprint, which nginx has in that variable, names nobody',
    input: jetWith({ certificates: { ...none, sha256: new Set([sha256Of(jet).slice(0, 40)]), proxyHeaders: HEADERS } }),
    check: (fixture) => sendsAway(fixture, { headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet).slice(0, 40)]] }),
    mutant: takesAnyWord,
  },
  {
    promise: 'a certificate told whole that has ended is nobody, whatever the proxy says',
    input: jetWith({ certificates: { ...named, proxyHeaders: HEADERS } }),
    check: (fixture) => sendsAway(fixture, { headers: [SUCCESS, [HEADERS.certificate, escaped(expired)]] }),
    mutant: takesAnyWord,
  },
  {
    promise: 'a certificate that cannot be read is not made good by a fingerprint beside it',
    input: byProxy,
    check: (fixture) =>
      sendsAway(fixture, {
        headers: [SUCCESS, [HEADERS.certificate, '%GG'], [HEADERS.fingerprint, sha256Of(jet)]],
      }),
    mutant: readsHeaders((name, value) => (name === HEADERS.certificate ? null : [name, value])),
  },
  {
    promise: 'the certificate goes before a fingerprint that says something else',
    input: byProxy,
    check: (fixture) =>
      sendsAway(fixture, {
        headers: [SUCCESS, [HEADERS.certificate, escaped(fly)], [HEADERS.fingerprint, sha256Of(jet)]],
      }),
    mutant: readsHeaders((name, value) => (name === HEADERS.certificate ? null : [name, value])),
  },
  {
    promise: "the proxy's own certificate towards us is not its caller's",
    input: byProxy,
    check: (fixture) => sendsAway(fixture, { tls: jet }),
    mutant: (honest) => ({
      async authenticate(call) {
        const { socket } = call;
        if (socket instanceof TLSSocket && socket.authorized) return caller(JET);
        const found = await honest.authenticate(call);
        return found.kind === 'caller' ? found : UNKNOWN;
      },
    }),
  },
];

export const clientCertificateCases: readonly CallerCase[] = [...native, ...proxied];
