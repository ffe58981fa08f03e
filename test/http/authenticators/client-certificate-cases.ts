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
} from './liars.js';
import { HEADERS, type CallerLiar } from './scene.js';

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
const believesAnyName: CallerLiar = (honest) => ({
  authenticate(call) {
    const { socket } = call;
    const shown = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : null;
    return shown === 'jet' ? Promise.resolve(caller(JET)) : honest.authenticate(call);
  },
});

const native: readonly CallerCase[] = [
  {
    promise: 'a certificate with a fingerprint that the file names is its producer',
    wish: jetWith({ certificates: pinned }),
    check: (scene) => lets(scene, { tls: jet }, JET),
    liar: knowsNobody,
  },
  {
    promise: 'a certificate with a subject that the file names is its producer',
    wish: jetWith({ certificates: named }),
    check: (scene) => lets(scene, { tls: jet }, JET),
    liar: knowsNobody,
  },
  {
    promise: 'a certificate with a name that the file names is its producer',
    wish: jetWith({ certificates: { ...none, altNames: new Set(['DNS:jet']) } }),
    check: (scene) => lets(scene, { tls: jet }, JET),
    liar: knowsNobody,
  },
  {
    promise: 'no certificate is nobody, and the connection holds all the same: browsers have none',
    wish: jetWith({ certificates: pinned }),
    check: (scene) => sendsAway(scene, { tls: 'no certificate' }),
    liar: trustsAnybody,
  },
  {
    promise: 'a certificate of the same name from another authority is nobody',
    wish: jetWith({ certificates: named }),
    check: (scene) => sendsAway(scene, { tls: impostor }),
    liar: believesAnyName,
  },
  {
    promise: 'a certificate that has ended is nobody',
    wish: jetWith({ certificates: named }),
    check: (scene) => sendsAway(scene, { tls: expired }),
    liar: believesAnyName,
  },
  {
    promise: 'a certificate that ends while its connection stays is nobody from then on',
    wish: jetWith({ certificates: named }),
    async check(scene) {
      await lets(scene, { tls: jet }, JET);

      scene.advance(2 * DAY_MS);

      await sendsAway(scene, { tls: jet });
    },
    liar: believesAnyName,
  },
  {
    promise: 'a certificate that is revoked is nobody, though its name is known',
    wish: jetWith({ certificates: { ...named, revoked: new Set([sha256Of(jet)]) } }),
    check: (scene) => sendsAway(scene, { tls: jet }),
    liar: believesAnyName,
  },
  {
    promise: 'that another of the same name is revoked does not matter',
    wish: jetWith({ certificates: { ...named, revoked: new Set([sha256Of(fly)]) } }),
    check: (scene) => lets(scene, { tls: jet }, JET),
    liar: knowsNobody,
  },
  {
    promise: 'a certificate of our authority that no producer names is nobody',
    wish: jetWith({ certificates: pinned }),
    check: (scene) => sendsAway(scene, { tls: fly }),
    liar: trustsWhen((_bearer, { socket }) => socket instanceof TLSSocket && socket.authorized),
  },
  {
    promise: 'a certificate that fits two producers is nobody: neither speaks for the other',
    wish: () => ({ proofs: { jet: { ...NO_PROOF, certificates: pinned }, fly: { ...NO_PROOF, certificates: named } } }),
    check: (scene) => sendsAway(scene, { tls: jet }),
    liar: trustsAnybody,
  },
  {
    promise: 'a certificate that a reload took out counts no more',
    wish: jetWith({ certificates: pinned }),
    async check(scene) {
      await lets(scene, { tls: jet }, JET);
      scene.reload({ jet: { ...NO_PROOF, certificates: { ...none, sha256: new Set([sha256Of(fly)]) } } });

      await sendsAway(scene, { tls: jet });
    },
    liar: remembersEvery('caller'),
  },
  {
    promise: 'headers tell nothing where the connection itself is to say it',
    wish: jetWith({ certificates: pinned }),
    check: (scene) => sendsAway(scene, { headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet)]] }),
    liar: trustsWhen((_bearer, call) => pairs(call).some(([, value]) => value === sha256Of(jet))),
  },
];

const SUCCESS = [HEADERS.verify, 'SUCCESS'] as const;
const byProxy = jetWith({ certificates: { ...pinned, proxyHeaders: HEADERS } });

/** As `byProxy`, and everybody is a trusted proxy. */
const trustsEveryPeer = instead((scene) =>
  createCallers({
    proofs: scene.proofs,
    serviceTokens: scene.ledger.serviceTokens,
    trustedProxies: ['0.0.0.0/0', '::/0'],
    clock: scene.clock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  }),
);

/** Reads what headers say, and not whether they may. */
const takesAnyWord: CallerLiar = trustsWhen((_bearer, call) =>
  [HEADERS.fingerprint, HEADERS.certificate].some((name) => wordOf(call, name) !== ''),
);

function wordOf(call: Call, name: string): string {
  return pairs(call).find(([known]) => known.toLowerCase() === name)?.[1] ?? '';
}

const proxied: readonly CallerCase[] = [
  {
    promise: 'nginx passes the certificate on, percent-encoded',
    wish: byProxy,
    check: (scene) => lets(scene, { headers: [SUCCESS, [HEADERS.certificate, escaped(jet)]] }, JET),
    liar: knowsNobody,
  },
  {
    promise: 'HAProxy and Caddy pass it on as DER in base64',
    wish: byProxy,
    check: (scene) => lets(scene, { headers: [SUCCESS, [HEADERS.certificate, derInBase64(jet)]] }, JET),
    liar: knowsNobody,
  },
  {
    promise: 'a SHA-256 fingerprint is enough, in capitals with colons too',
    wish: byProxy,
    check: (scene) =>
      lets(
        scene,
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
    liar: knowsNobody,
  },
  {
    promise: 'so is a subject that the file names',
    wish: jetWith({ certificates: { ...named, proxyHeaders: HEADERS } }),
    check: (scene) => lets(scene, { headers: [SUCCESS, [HEADERS.subject, 'CN=jet']] }, 'jet/certificate CN=jet'),
    liar: knowsNobody,
  },
  {
    promise: 'where some are revoked, a name alone cannot be judged and is nobody',
    wish: jetWith({ certificates: { ...named, revoked: new Set([sha256Of(fly)]), proxyHeaders: HEADERS } }),
    check: (scene) => sendsAway(scene, { headers: [SUCCESS, [HEADERS.subject, 'CN=jet']] }),
    liar: trustsWhen((_bearer, call) => wordOf(call, HEADERS.subject) === 'CN=jet'),
  },
  {
    promise: 'the headers of a peer that is no trusted proxy are worth nothing',
    wish: () => ({ ...byProxy(), trustedProxies: ['192.0.2.1/32'] }),
    check: (scene) => sendsAway(scene, { headers: [SUCCESS, [HEADERS.certificate, escaped(jet)]] }),
    liar: trustsEveryPeer,
  },
  {
    promise: 'without a trusted proxy nobody is believed',
    wish: () => ({ ...byProxy(), trustedProxies: [] }),
    check: (scene) => sendsAway(scene, { headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet)]] }),
    liar: trustsEveryPeer,
  },
  ...['FAILED:certificate has expired', 'NONE', 'success', '0'].map((word) => ({
    promise: `a certificate that the proxy says is "${word}" is nobody's`,
    wish: byProxy,
    check: (scene: Parameters<CallerCase['check']>[0]) =>
      sendsAway(scene, {
        headers: [
          [HEADERS.verify, word],
          [HEADERS.fingerprint, sha256Of(jet)],
        ],
      }),
    liar: takesAnyWord,
  })),
  {
    promise: 'a certificate of which the proxy does not say that it verified it is nobody',
    wish: byProxy,
    check: (scene) => sendsAway(scene, { headers: [[HEADERS.certificate, escaped(jet)]] }),
    liar: takesAnyWord,
  },
  {
    promise: 'a header that stands twice is refused: one of the two may be the caller’s own',
    wish: byProxy,
    check: (scene) =>
      sendsAway(scene, {
        headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet)], [HEADERS.fingerprint, sha256Of(fly)]],
      }),
    liar: takesTheFirstLine,
  },
  {
    promise: 'a verdict that stands twice is refused',
    wish: byProxy,
    check: (scene) =>
      sendsAway(scene, {
        headers: [SUCCESS, ['X-SSL-CLIENT-VERIFY', 'FAILED:x'], [HEADERS.fingerprint, sha256Of(jet)]],
      }),
    liar: takesTheFirstLine,
  },
  {
    promise: 'an underscore twin of a header is another header',
    wish: byProxy,
    check: (scene) =>
      sendsAway(scene, {
        headers: [
          ['X_SSL_Client_Verify', 'SUCCESS'],
          [HEADERS.fingerprint, sha256Of(jet)],
        ],
      }),
    liar: readsHeaders((name, value) => [name.replaceAll('_', '-'), value]),
  },
  {
    promise: 'a SHA-1 fingerprint, which nginx has in that variable, names nobody',
    wish: jetWith({ certificates: { ...none, sha256: new Set([sha256Of(jet).slice(0, 40)]), proxyHeaders: HEADERS } }),
    check: (scene) => sendsAway(scene, { headers: [SUCCESS, [HEADERS.fingerprint, sha256Of(jet).slice(0, 40)]] }),
    liar: takesAnyWord,
  },
  {
    promise: 'a certificate told whole that has ended is nobody, whatever the proxy says',
    wish: jetWith({ certificates: { ...named, proxyHeaders: HEADERS } }),
    check: (scene) => sendsAway(scene, { headers: [SUCCESS, [HEADERS.certificate, escaped(expired)]] }),
    liar: takesAnyWord,
  },
  {
    promise: 'a certificate that cannot be read is not made good by a fingerprint beside it',
    wish: byProxy,
    check: (scene) =>
      sendsAway(scene, {
        headers: [SUCCESS, [HEADERS.certificate, '%GG'], [HEADERS.fingerprint, sha256Of(jet)]],
      }),
    liar: readsHeaders((name, value) => (name === HEADERS.certificate ? null : [name, value])),
  },
  {
    promise: 'the certificate goes before a fingerprint that says something else',
    wish: byProxy,
    check: (scene) =>
      sendsAway(scene, {
        headers: [SUCCESS, [HEADERS.certificate, escaped(fly)], [HEADERS.fingerprint, sha256Of(jet)]],
      }),
    liar: readsHeaders((name, value) => (name === HEADERS.certificate ? null : [name, value])),
  },
  {
    promise: "the proxy's own certificate towards us is not its caller's",
    wish: byProxy,
    check: (scene) => sendsAway(scene, { tls: jet }),
    liar: (honest) => ({
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
