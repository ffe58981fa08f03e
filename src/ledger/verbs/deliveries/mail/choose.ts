/** By what one due mail goes out, or why it waits. Pure, but that it counts what it gives out. */
import type { MailClaiming } from '../../../../contract/ledger.js';
import type { MailRoute, MailRoutes, MailScope } from '../../../../contract/mail-routing.js';
import { candidates } from '../../../../mail/selection.js';
import type { DeliveryRow } from '../../../tables/deliveries.js';
import type { HeldGate } from './gates.js';
import type { Room } from './room.js';

export type DueRow = DeliveryRow & { readonly site: string | null; readonly producer: string | null };

/** Kept on a delivery that no attempt has given a reason yet, so that whoever looks at the queue sees why it waits. */
export const HELD_REASONS = ['no_mailbox', 'mailbox_paused', 'provider_paused', 'throttled'] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

export type Choice =
  | {
      readonly kind: 'taken';
      readonly route: MailRoute;
      readonly isProbe: boolean;
      /** The provider is gone to which the mail was handed before: whoever gets this one may have it already. */
      readonly isTwice: boolean;
    }
  /** Nothing takes it before `untilMs`. `route`: by what it is to go then; null: by nothing that is known. */
  | { readonly kind: 'held'; readonly untilMs: number; readonly route: MailRoute | null; readonly reason: HeldReason }
  /** The provider has as many under way as it takes. */
  | { readonly kind: 'full'; readonly route: MailRoute };

export interface Choosing {
  readonly mail: MailClaiming;
  readonly gates: readonly HeldGate[];
  readonly room: Room;
  readonly nowMs: number;
}

/** A mail that fits no mailbox, or whose mailbox an operator has paused, is looked at again after this. */
const NO_ROUTE_MS = 30_000;
/** The longest that a mail waits for a mailbox's throttle before it is chosen for anew: something else may take it by then. */
const LONGEST_QUEUE_MS = 300_000;

export function createChoice({ mail, gates, room, nowMs }: Choosing) {
  const gateOf = new Map(gates.map((gate) => [keyOf(gate), gate]));
  const queuedTo = new Map(gates.map((gate) => [keyOf(gate), gate.queued_to]));
  const probed = new Set<string>();

  /** When a provider that refuses us is tried again; null: it does not. A probe is for one mail. */
  function pausedUntil(provider: string): number | null {
    const probeAtMs = gateOf.get(keyOf({ provider, mailbox: '' }))?.probe_at ?? null;
    if (probeAtMs === null || (probeAtMs <= nowMs && !probed.has(provider))) return null;
    return Math.max(probeAtMs, nowMs + 1);
  }

  function queued(
    route: MailRoute,
    { untilMs, eachMs }: { readonly untilMs: number; readonly eachMs: number },
  ): Choice {
    const last = queuedTo.get(keyOf(route)) ?? 0;
    const until = Math.min(Math.max(last + eachMs, untilMs), nowMs + LONGEST_QUEUE_MS);
    queuedTo.set(keyOf(route), until);
    return { kind: 'held', untilMs: until, route, reason: 'throttled' };
  }

  function choose(row: DueRow): Choice {
    const { found, isTwice } = routeFor(row, mail.routes);
    const waits = found.map(({ provider }) => pausedUntil(provider));
    const at = waits.indexOf(null);
    const route = found[at];
    if (route === undefined) {
      const untilMs = Math.min(...waits.flatMap((wait) => wait ?? []), nowMs + NO_ROUTE_MS);
      const reason = found.length > 0 ? 'provider_paused' : reasonOf(row, mail.routes);
      return { kind: 'held', untilMs, route: found[0] ?? null, reason };
    }
    const { provider, mailbox } = route;
    const gate = gateOf.get(keyOf({ provider, mailbox: '' }));
    if ((gate?.closed_until ?? 0) > nowMs)
      return { kind: 'held', untilMs: gate?.closed_until ?? 0, route, reason: 'throttled' };
    if (room.free(provider) <= 0) return { kind: 'full', route };
    const wait = room.waitOf(route);
    if (wait !== null) return queued(route, wait);
    room.take(route);
    const isProbe = gate !== undefined && gate.probe_at !== null;
    if (isProbe) probed.add(provider);
    return { kind: 'taken', route: { provider, mailbox }, isProbe, isTwice };
  }

  return {
    choose,
    probed: (): readonly string[] => [...probed],
    /** The mailboxes whose queue has grown, with their new end. */
    queues: () =>
      gates.flatMap((gate) => {
        const to = queuedTo.get(keyOf(gate)) ?? 0;
        return to === gate.queued_to ? [] : [{ provider: gate.provider, mailbox: gate.mailbox, queued_to: to }];
      }),
  };
}

interface Ways {
  readonly found: readonly MailRoute[];
  readonly isTwice: boolean;
}

/** Where it may go, the best way first. */
function routeFor(row: DueRow, routes: MailRoutes): Ways {
  const own = mayBeThere(row) ? routeOf(row) : null;
  if (own === null) return { found: candidates(routes, scopeOf(row)), isTwice: false };
  const there = routes.mailboxes.find((one) => keyOf(one) === keyOf(own));
  const isGone = there === undefined || !routes.providers.some(({ name }) => name === own.provider);
  if (isGone) return { found: candidates(routes, scopeOf(row)), isTwice: true };
  return { found: there.isActive ? [own] : [], isTwice: false };
}

/** Why there is no way: an operator paused it, or there is none. */
function reasonOf(row: DueRow, routes: MailRoutes): HeldReason {
  const mailboxes = routes.mailboxes.map((one) => ({ ...one, isActive: true }));
  const [would] = routeFor(row, { ...routes, mailboxes }).found;
  const provider = routes.providers.find(({ name }) => name === would?.provider);
  if (provider === undefined) return 'no_mailbox';
  return provider.isActive ? 'mailbox_paused' : 'provider_paused';
}

/** No answer came to an attempt, or its courier is gone: another provider might send the mail twice. */
function mayBeThere({ is_maybe_there, state, receipt }: DueRow): boolean {
  return is_maybe_there === 1 || (state === 'sending' && receipt === null);
}

function routeOf({ provider, mailbox }: DueRow): MailRoute | null {
  return provider === null || mailbox === null ? null : { provider, mailbox };
}

export function scopeOf({ site, producer, mail_scope }: Pick<DueRow, 'site' | 'producer' | 'mail_scope'>): MailScope {
  const said = mail_scope === null ? {} : (JSON.parse(mail_scope) as Partial<MailScope>);
  return { site, producer, mailbox: null, ...said };
}

function keyOf({ provider, mailbox }: MailRoute): string {
  return `${provider} ${mailbox}`;
}
