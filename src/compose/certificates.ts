/**
 * The certificate of the public plane while the gate runs: a renewed one is taken over by a reload, and within a minute by
 * itself, for connections that begin then. Those that are open go on. A pair that does not fit changes nothing.
 */
import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../base/time/clock.js';
import { createLatestTimer } from '../base/time/latest-timer.js';
import type { Log } from '../base/process/log.js';
import { certificatesIn, type PublicTls } from '../config/public-tls.js';
import type { RereadTls } from '../config/reload.js';
import type { Check } from '../contract/admin.js';
import type { Listener } from '../http/shared/listen.js';
import type { Worker } from './workers.js';

const LOOKED_AT_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** Renewals are made a month before the end; then they have failed for some days. */
const WARNED_BEFORE_MS = 21 * DAY_MS;

export interface Certificates extends Worker {
  /** Takes over what a reload has read and found good. */
  take(next: PublicTls | null): void;
  /** Null where this process does not speak TLS. */
  check(): Check | null;
}

export interface CertificatesDeps {
  /** What the process started with; null: it does not speak TLS. */
  readonly inUse: PublicTls | null;
  readonly reread: RereadTls;
  readonly clock: Clock;
  readonly log: Log;
  /** The listeners, once there are any. */
  readonly listeners: () => readonly Listener[];
}

export function createCertificates({ inUse: first, reread, clock, log, listeners }: CertificatesDeps): Certificates {
  let inUse = first;
  let problem = '';
  const timer = createLatestTimer(clock, look);

  function take(next: PublicTls | null): void {
    if (inUse === null || next === null || isSame(inUse, next)) return;
    inUse = next;
    for (const listener of listeners()) listener.renew?.(next);
    log.info('the certificate of the public plane was renewed', {
      until: new Date(firstEndOf(next).atMs).toISOString(),
    });
  }

  function look(): void {
    const read = reread();
    const found = 'problems' in read ? read.problems.map((one) => `${one.key} ${one.problem}`).join('; ') : '';
    if (found !== problem && found !== '')
      log.error('the certificate of the public plane cannot be renewed: the former one is used', { problem: found });
    problem = found;
    if (!('problems' in read)) take(read.publicTls);
    timer.setIn(LOOKED_AT_EVERY_MS);
  }

  return {
    take,
    check: () => (inUse === null ? null : checkOf(inUse, { problem, nowMs: clock.nowMs() })),
    start() {
      if (inUse !== null) timer.setIn(LOOKED_AT_EVERY_MS);
    },
    stop() {
      timer.stop();
      return Promise.resolve();
    },
  };
}

function isSame(one: PublicTls, other: PublicTls): boolean {
  const { certificates, clientAuthorities } = one;
  const isSameKey = one.key.revealText() === other.key.revealText();
  return isSameKey && certificates === other.certificates && clientAuthorities === other.clientAuthorities;
}

interface End {
  readonly of: string;
  readonly atMs: number;
}

/** Of the certificates in use the one that ends first. */
function firstEndOf({ certificates, clientAuthorities }: PublicTls): End {
  const ends = [
    ...certificatesIn(certificates).map((one, index) =>
      endOf(one, index === 0 ? 'PUBLIC_TLS_CERT' : 'the chain of PUBLIC_TLS_CERT'),
    ),
    ...certificatesIn(clientAuthorities ?? '').map((one) => endOf(one, 'PUBLIC_TLS_CLIENT_CA')),
  ];
  return ends.reduce((first, one) => (one.atMs < first.atMs ? one : first));
}

function endOf({ validTo }: X509Certificate, of: string): End {
  return { of, atMs: Date.parse(validTo) };
}

function checkOf(inUse: PublicTls, { problem, nowMs }: { readonly problem: string; readonly nowMs: number }): Check {
  const { of, atMs } = firstEndOf(inUse);
  const leftMs = atMs - nowMs;
  const detail = `${of} ${leftMs <= 0 ? 'ended' : 'ends'} at ${new Date(atMs).toISOString()}`;
  const check = { name: 'certificate', isOk: leftMs > 0 && problem === '' };
  const renew = 'Renew it; the gate takes it over by "gate reload", or by itself within a minute.';
  if (problem !== '')
    return { ...check, detail: `${detail}; the files were changed and cannot be taken over: ${problem}`, cure: renew };
  const days = String(Math.max(0, Math.floor(leftMs / DAY_MS)));
  if (leftMs <= 0) return { ...check, detail, cure: renew };
  if (leftMs < WARNED_BEFORE_MS) return { ...check, detail: `${detail}, in ${days} days`, cure: renew };
  return { ...check, detail, cure: '' };
}
