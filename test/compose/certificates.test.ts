/** A certificate that is renewed, runs out or does not fit its key, in a process that goes on. */
import { beforeEach, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import { createCertificates, type Certificates } from '../../src/compose/certificates.js';
import type { PublicTls } from '../../src/config/public-tls.js';
import type { RereadTls } from '../../src/config/reload.js';
import type { ListenTls } from '../../src/http/shared/listen.js';
import { makeAuthority } from '../fakes/certificate.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const DAY_MS = 86_400_000;
const authority = makeAuthority('Company CA');
let nowMs: number;
let timers: (() => void)[];
let renewed: ListenTls[];
let read: ReturnType<RereadTls>;
let certificates: Certificates;

/** A certificate that ends in so many days. */
function tlsFor(days: number, clientAuthorities: string | null = null): PublicTls {
  const { cert, key } = authority.issue('gate.example.org', { fromMs: nowMs - DAY_MS, untilMs: nowMs + days * DAY_MS });
  return { port: 8443, certificates: cert, key: new Secret(key), clientAuthorities };
}

function begin(inUse: PublicTls | null): void {
  const clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after: (_ms: number, callback: () => void) => {
      timers.push(callback);
      return () => undefined;
    },
  };
  const listener = { port: 0, stop: () => Promise.resolve(), renew: (tls: ListenTls) => void renewed.push(tls) };
  if (inUse !== null) read = { publicTls: inUse };
  certificates = createCertificates({ inUse, reread: () => read, clock, log: keptLog(), listeners: () => [listener] });
  certificates.start();
}

function minutePasses(): void {
  for (const ring of timers.splice(0)) ring();
}

beforeEach(() => {
  nowMs = Date.now();
  timers = [];
  renewed = [];
});

test('a renewed certificate is noticed by itself, and the same one again is no news', () => {
  begin(tlsFor(10));
  minutePasses();
  expect(renewed).toEqual([]);
  const next = tlsFor(90);

  read = { publicTls: next };
  minutePasses();
  minutePasses();

  expect(renewed).toEqual([next]);
  expect(certificates.check()).toMatchObject({ isOk: true, cure: '' });
});

test('a pair that does not fit changes nothing, and is told until it is mended', () => {
  begin(tlsFor(90));
  read = { problems: [{ file: 'environment', key: 'PUBLIC_TLS_KEY', problem: 'does not belong to it', cure: '' }] };

  minutePasses();

  expect(renewed).toEqual([]);
  expect(certificates.check()).toMatchObject({
    isOk: false,
    detail: expect.stringContaining('PUBLIC_TLS_KEY does not'),
  });
  const next = tlsFor(90);
  read = { publicTls: next };
  minutePasses();
  expect(renewed).toEqual([next]);
  expect(certificates.check()).toMatchObject({ isOk: true });
});

test.each([
  [22, { isOk: true, cure: '' }],
  [20, { isOk: true, cure: expect.stringContaining('Renew it') }],
  [0, { isOk: false, detail: expect.stringContaining('PUBLIC_TLS_CERT ended at') }],
])('one that ends in %s days is told of', (days, told) => {
  begin(tlsFor(days));

  expect(certificates.check()).toMatchObject(told);
});

test('of all certificates in use the one that ends first counts', () => {
  begin(tlsFor(90, makeAuthority('Clients').cert));

  expect(certificates.check()?.detail).toMatch(/^PUBLIC_TLS_CLIENT_CA ends at .*, in \d days$/);
});

test('a process that speaks no TLS has nothing to tell', () => {
  begin(null);

  expect(certificates.check()).toBeNull();
  expect(timers).toEqual([]);
});
