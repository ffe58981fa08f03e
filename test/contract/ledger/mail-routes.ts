/** Mails that go out by several providers, as the ledger's suites have them. */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AttemptResult, Claim, Ledger, QueuedMessage } from '../../../src/contract/ledger.js';
import type { MailRoutes, MailScope, RoutedMailbox, RoutedProvider } from '../../../src/contract/mail-routing.js';
import { lying, only, type Lie } from './case.js';
import { LEASE_MS } from './inputs.js';
import { newCarrier, queued } from './message-inputs.js';

const random = systemRandom();

type Claiming = Parameters<Ledger['deliveries']['claim']>[0];

export interface Ways {
  readonly routes: MailRoutes;
  /** Of the providers, as they were named. */
  readonly names: readonly string[];
}

/** Providers with names of their own, each with one mailbox for everything; the first goes first. */
export function ways(...changes: readonly Partial<RoutedProvider & RoutedMailbox>[]): Ways {
  const made = changes.map(({ name = `p-${random.id()}`, throttle, isActive = true, ...change }, at) => ({
    provider: {
      ...{ name, isActive, throttle: throttle ?? { perMinute: 0, atOnce: 0 } },
      ...{ isIdempotent: change.isIdempotent ?? true, isAlwaysOpen: change.isAlwaysOpen ?? true, slots: 5 },
    },
    mailbox: {
      ...{ provider: name, mailbox: change.mailbox ?? `gate@${name}.example`, isActive },
      ...{ sites: change.sites ?? [], producers: change.producers ?? [], priority: change.priority ?? at },
    },
  }));
  const routes = { providers: made.map(({ provider }) => provider), mailboxes: made.map(({ mailbox }) => mailbox) };
  return { routes, names: made.map(({ provider }) => provider.name) };
}

export function mailsBy(routes: MailRoutes, transport: ChannelName, change: Partial<Claiming> = {}): Claiming {
  const free = Object.fromEntries(routes.providers.map(({ name }) => [name, 100]));
  return { transport, limit: 100, leaseMs: LEASE_MS, isIdempotent: true, mail: { routes, free }, ...change };
}

export async function mails(ledger: Ledger, count: number, scope?: Partial<MailScope>) {
  const channel = newCarrier();
  const made: QueuedMessage[] = [];
  for (let at = 0; at < count; at += 1)
    made.push(await queued(ledger, { channel, ...(scope === undefined ? {} : { scope }) }));
  return { channel, made };
}

export async function claimMail(
  ledger: Ledger,
  { routes }: Ways,
  claiming: ChannelName | readonly [ChannelName, leaseMs: number],
): Promise<Claim> {
  const [channel, leaseMs] = typeof claiming === 'string' ? [claiming, LEASE_MS] : claiming;
  return only(await ledger.deliveries.claim(mailsBy(routes, channel, { leaseMs })));
}

const headOf = ({ deliveryId, claimToken, attemptId }: Claim) => ({ deliveryId, claimToken, attemptId, tookMs: 5 });

export function refusedBy(claim: Claim, probeAfterMs = 60_000): AttemptResult {
  const provider = claim.route?.provider ?? '';
  return { ...headOf(claim), kind: 'paused', reason: 'smtp_535', probeAfterMs, provider };
}

export function retried(claim: Claim, change: Partial<Extract<AttemptResult, { kind: 'retry' }>> = {}): AttemptResult {
  const again = { kind: 'retry', reason: 'smtp_451', waitMs: 0, isMaybeDuplicate: false, isUnknown: false } as const;
  return { ...headOf(claim), ...again, ...change };
}

/** The claims' providers, by which the names of a test read better than random ones. */
export function by(claims: readonly Claim[], { names }: Ways): readonly number[] {
  return claims.map(({ route }) => names.indexOf(route?.provider ?? ''));
}

export async function closed(ledger: Ledger, result: AttemptResult): Promise<void> {
  expect(only(await ledger.deliveries.close([result])).isHeld).toBe(true);
}

/** Claims with other routes than those it is given. */
export function routing(bend: (routes: MailRoutes) => MailRoutes): Lie {
  return (honest) =>
    lying(honest, {
      deliveries: {
        claim: ({ mail, ...input }) =>
          honest.deliveries.claim({ ...input, ...(mail && { mail: { ...mail, routes: bend(mail.routes) } }) }),
      },
    });
}

/** A result without this. */
export function without<Result extends AttemptResult>(
  result: Result,
  name: 'provider' | 'gateMs' | 'throttled',
): Result {
  return Object.fromEntries(Object.entries(result).filter(([key]) => key !== name)) as unknown as Result;
}

/** Writes other results than those it is given. */
export function closing(bend: (result: AttemptResult) => AttemptResult): Lie {
  return (honest) => lying(honest, { deliveries: { close: (results) => honest.deliveries.close(results.map(bend)) } });
}
