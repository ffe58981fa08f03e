/**
 * How many mails a provider and a mailbox take now. Counted from the attempts themselves, under the rows that `holdGates` takes: so many
 * processes as there may be, none counts what another has not written yet. An attempt counts from its beginning until 60 s after its end,
 * because the provider may have had it at any time in between.
 */
import type { MailClaiming } from '../../../../contract/ledger.js';
import type { MailRoute, RoutedProvider } from '../../../../contract/mail-routing.js';
import { now, nowOnce, oneOf, sql, whole } from '../../../sql.js';
import { rows, type UnitOfWork } from '../../../unit-of-work.js';

const WINDOW_MS = 60_000;
/** No attempt of a mail takes so long, with its grace; one without an end after that is of a courier that is gone. */
export const LONGEST_MS = 70_000;

interface Counted extends MailRoute {
  readonly recent: number;
  readonly running: number;
  /** When the first of them counts no more. */
  readonly first_until: number;
}

export interface Room {
  /** Of a provider. */
  free(provider: string): number;
  /** Null: the mailbox takes another one now; otherwise when it does, and how long each one behind it waits longer. */
  waitOf(route: MailRoute): { readonly untilMs: number; readonly eachMs: number } | null;
  take(route: MailRoute): void;
}

export function* roomOf({ routes, free }: MailClaiming, nowMs: number): UnitOfWork<Room> {
  const counted = yield* count(routes.providers.filter(isThrottled).map(({ name }) => name));
  const left = new Map(routes.providers.map((provider) => [provider.name, leftOf(provider, counted, free)]));
  const sent = new Map(counted.map((one) => [keyOf(one), { n: one.recent, untilMs: one.first_until }]));
  const perMinute = new Map(routes.providers.map(({ name, throttle }) => [name, throttle.perMinute]));
  return {
    free: (provider) => left.get(provider) ?? 0,
    waitOf(route) {
      const most = perMinute.get(route.provider) ?? 0;
      const so = sent.get(keyOf(route));
      if (most === 0 || so === undefined || so.n < most) return null;
      return { untilMs: so.untilMs, eachMs: Math.ceil(WINDOW_MS / most) };
    },
    take(route) {
      left.set(route.provider, (left.get(route.provider) ?? 0) - 1);
      const so = sent.get(keyOf(route));
      sent.set(keyOf(route), { n: (so?.n ?? 0) + 1, untilMs: so?.untilMs ?? nowMs + WINDOW_MS });
    },
  };
}

function isThrottled({ throttle }: RoutedProvider): boolean {
  return throttle.perMinute > 0 || throttle.atOnce > 0;
}

function* count(providers: readonly string[]): UnitOfWork<readonly Counted[]> {
  if (providers.length === 0) return [];
  return yield* rows<Counted>(sql`
    SELECT provider, mailbox, count(*) AS recent, count(CASE WHEN ended_at IS NULL THEN 1 END) AS running,
      min(coalesce(ended_at, ${nowOnce})) + ${whole(WINDOW_MS)} AS first_until
    FROM attempts
    WHERE provider ${oneOf(providers, 'text')} AND started_at > ${nowOnce} - ${whole(WINDOW_MS + LONGEST_MS)}
      AND CASE WHEN ended_at IS NULL THEN started_at > ${now} - ${whole(LONGEST_MS)}
               ELSE ended_at > ${now} - ${whole(WINDOW_MS)} END
    GROUP BY provider, mailbox`);
}

function leftOf({ name, throttle }: RoutedProvider, counted: readonly Counted[], free: MailClaiming['free']): number {
  const here = Object.hasOwn(free, name) ? (free[name] ?? 0) : 0;
  if (throttle.atOnce === 0) return here;
  const running = counted.filter(({ provider }) => provider === name).reduce((sum, one) => sum + one.running, 0);
  return Math.min(here, throttle.atOnce - running);
}

function keyOf({ provider, mailbox }: MailRoute): string {
  return `${provider} ${mailbox}`;
}
