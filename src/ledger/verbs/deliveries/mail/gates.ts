/** What holds for mail providers in every process: that one refuses us, or takes nothing for a while. */
import type { ChannelName } from '../../../../approval/brand.js';
import type { MailRoutes, ProviderGate } from '../../../../contract/mail-routing.js';
import { columnsOf } from '../../../tables/columns.js';
import { insertFrom, insertInto } from '../../../tables/insert.js';
import type { PauseRow } from '../../../tables/deliveries.js';
import { mailGates, type MailGateRow } from '../../../tables/mail-gates.js';
import { fieldsOf, recordset } from '../../../tables/recordset.js';
import { greatest, locked, now, nowOnce, oneOf, sql, whole } from '../../../sql.js';
import { row, rows, type UnitOfWork } from '../../../unit-of-work.js';
import { announceDue } from '../announce-due.js';

const OPEN = { closed_until: whole(0), queued_to: whole(0) };

/** A pause that stands keeps its beginning. */
export function* pauseProvider(
  provider: string,
  { reason, probeAfterMs }: { readonly reason: string; readonly probeAfterMs: number },
): UnitOfWork<void> {
  const probe_at = sql`${now} + ${whole(probeAfterMs)}`;
  yield* rows(sql`
    ${insertInto(mailGates, { provider, mailbox: '', ...OPEN, reason, since_at: now, probe_at })}
    ON CONFLICT (provider, mailbox) DO UPDATE SET
      reason = excluded.reason, probe_at = excluded.probe_at, since_at = coalesce(mail_gates.since_at, excluded.since_at)`);
}

/** The provider takes nothing for so long. The later end holds. */
export function* closeProvider(provider: string, forMs: number): UnitOfWork<void> {
  const closed_until = sql`${now} + ${whole(forMs)}`;
  yield* rows(sql`
    ${insertInto(mailGates, { provider, mailbox: '', ...OPEN, closed_until })}
    ON CONFLICT (provider, mailbox) DO UPDATE SET closed_until = ${greatest}(mail_gates.closed_until, excluded.closed_until)`);
}

/** False when it was not paused. Its mails that wait are due at once. */
export function* resumeProvider(transport: ChannelName, provider: string): UnitOfWork<boolean> {
  const ended = yield* row(sql`
    UPDATE mail_gates SET reason = NULL, since_at = NULL, probe_at = NULL
    WHERE provider = ${provider} AND mailbox = '' AND probe_at IS NOT NULL RETURNING provider`);
  if (ended === null) return false;
  yield* rows(sql`
    UPDATE deliveries SET due_at = ${now}
    WHERE carrier = ${transport} AND due_at > ${nowOnce} AND provider = ${provider} AND state = 'queued'`);
  return true;
}

/** By an operator's word. Why it refused us; null: it did not. */
export function* endRefusal(provider: string): UnitOfWork<string | null> {
  // the rows of pauses before those of gates, as whoever claims takes them
  const pauses = yield* rows<PauseRow>(sql`
    DELETE FROM pauses WHERE provider = ${provider} AND paused_by IS NULL RETURNING *`);
  const gate = yield* row<MailGateRow>(sql`
    SELECT * FROM mail_gates WHERE provider = ${provider} AND mailbox = '' AND probe_at IS NOT NULL ${locked}`);
  if (gate === null && pauses.length === 0) return null;
  yield* rows(sql`
    UPDATE mail_gates SET reason = NULL, since_at = NULL, probe_at = NULL WHERE provider = ${provider} AND mailbox = ''`);
  yield* makeDue(provider, pauses);
  return gate?.reason ?? pauses[0]?.reason ?? '';
}

/** Where it refuses us, one mail finds out now whether it still does. */
export function* probeNow(provider: string): UnitOfWork<void> {
  const pauses = yield* rows<PauseRow>(sql`
    UPDATE pauses SET probe_at = ${now} WHERE provider = ${provider} AND paused_by IS NULL RETURNING *`);
  const gate = yield* row(sql`
    UPDATE mail_gates SET probe_at = ${now}
    WHERE provider = ${provider} AND mailbox = '' AND probe_at IS NOT NULL RETURNING provider`);
  if (gate !== null || pauses.length > 0) yield* makeDue(provider, pauses);
}

export function* forgetGates(provider: string): UnitOfWork<void> {
  yield* endRefusal(provider);
  yield* rows(sql`DELETE FROM mail_gates WHERE provider = ${provider}`);
}

/** What waits for the provider, and what waits for the transports that stood still for its sake. */
function* makeDue(provider: string, pauses: readonly PauseRow[]): UnitOfWork<void> {
  const due = yield* rows<{ readonly carrier: string }>(sql`
    UPDATE deliveries SET due_at = ${now}
    WHERE due_at > ${nowOnce} AND provider = ${provider} AND state = 'queued' RETURNING carrier`);
  yield* announceDue([...due, ...pauses].map(({ carrier }) => carrier));
}

/** One probe of a provider at a time. */
export function* probeBegun(providers: readonly string[], leaseMs: number): UnitOfWork<void> {
  if (providers.length === 0) return;
  yield* rows(sql`
    UPDATE mail_gates SET probe_at = ${now} + ${whole(leaseMs)}
    WHERE provider ${oneOf(providers, 'text')} AND mailbox = '' AND probe_at IS NOT NULL`);
}

export function* providerGates(): UnitOfWork<readonly ProviderGate[]> {
  const found = yield* rows<MailGateRow & { readonly now: number }>(sql`
    SELECT *, ${now} AS now FROM mail_gates
    WHERE mailbox = '' AND (probe_at IS NOT NULL OR closed_until > ${nowOnce}) ORDER BY provider`);
  return found.map(({ provider, closed_until, reason, since_at, probe_at, now: nowMs }) => ({
    provider,
    closedUntilMs: closed_until > nowMs ? closed_until : null,
    pause: probe_at === null ? null : { reason: reason ?? '', sinceMs: since_at ?? 0, probeAtMs: probe_at },
  }));
}

export type HeldGate = MailGateRow & { readonly now: number };

const KEY = columnsOf(mailGates, 'provider', 'mailbox');

/**
 * The rows of all these providers and mailboxes, held until the commit, so that of claims at once one counts after the other. They are
 * taken before any delivery, and in one order.
 */
export function* holdGates(routes: MailRoutes): UnitOfWork<readonly HeldGate[]> {
  const keys = [
    ...routes.providers.map(({ name }) => ({ provider: name, mailbox: '' })),
    ...routes.mailboxes.map(({ provider, mailbox }) => ({ provider, mailbox })),
  ];
  const wanted = recordset('wanted', keys, KEY);
  const held = (): UnitOfWork<readonly HeldGate[]> =>
    rows<HeldGate>(sql`
      SELECT *, ${now} AS now FROM mail_gates
      WHERE (provider, mailbox) IN (SELECT wanted.provider, wanted.mailbox FROM ${wanted})
      ORDER BY provider, mailbox ${locked}`);
  const found = yield* held();
  if (found.length === keys.length) return found;
  yield* rows(sql`
    ${insertFrom(mailGates, { ...fieldsOf('wanted', KEY), ...OPEN }, sql`FROM ${wanted} WHERE true ORDER BY provider, mailbox`)}
    ON CONFLICT (provider, mailbox) DO NOTHING`);
  return yield* held();
}
