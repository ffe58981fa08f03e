/**
 * Which mailbox, and so which provider, a mail goes out by. A pure function of the records: a mailbox that names the mail's site or
 * producer before one for everything, then the lower priority, then the address. What does not work is left out before or skipped by
 * whoever walks the answer.
 */
import type { MailRoute, MailRoutes, MailScope, RoutedMailbox } from '../contract/mail-routing.js';
import type { MailProvider, SenderMailbox } from '../contract/mail-records.js';

/** The mailboxes that a mail of this scope may go from, the best first. */
export function candidates({ mailboxes }: Pick<MailRoutes, 'mailboxes'>, scope: MailScope): readonly RoutedMailbox[] {
  const fitting = mailboxes.filter(
    (mailbox) =>
      mailbox.isActive &&
      breadthFor(mailbox, scope) !== null &&
      (scope.mailbox === null || mailbox.mailbox === scope.mailbox),
  );
  return fitting.sort(
    (one, other) =>
      (breadthFor(one, scope) ?? 0) - (breadthFor(other, scope) ?? 0) ||
      one.priority - other.priority ||
      compare(one.mailbox, other.mailbox),
  );
}

/** Whether some mailbox is for mails of this scope, at work or paused, and has a provider. */
export function hasMailbox({ providers, mailboxes }: MailRoutes, scope: MailScope): boolean {
  const names = new Set(providers.map(({ name }) => name));
  const carried = mailboxes.filter(({ provider }) => names.has(provider));
  return candidates({ mailboxes: carried.map((mailbox) => ({ ...mailbox, isActive: true })) }, scope).length > 0;
}

/** 0: it names the mail's site or producer. 1: it is for everything. Null: it is for others. */
function breadthFor({ sites, producers }: RoutedMailbox, { site, producer }: MailScope): 0 | 1 | null {
  if (sites.length === 0 && producers.length === 0) return 1;
  const isNamed = (site !== null && sites.includes(site)) || (producer !== null && producers.includes(producer));
  return isNamed ? 0 : null;
}

/** By code unit, so that every process on every machine has one order. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** There is one way for all mails, and nothing that one waits for: the mails need not be told apart. */
export function onlyRoute({ providers, mailboxes }: MailRoutes): MailRoute | null {
  const [provider, ...others] = providers;
  const [mailbox, ...further] = mailboxes;
  if (provider === undefined || mailbox === undefined || others.length > 0 || further.length > 0) return null;
  const { throttle } = provider;
  const isForAll = mailbox.sites.length === 0 && mailbox.producers.length === 0 && mailbox.isActive;
  if (!isForAll || throttle.atOnce > 0 || throttle.perMinute > 0 || !provider.isAlwaysOpen) return null;
  return { provider: provider.name, mailbox: mailbox.mailbox };
}

/** The mailboxes as far as routing goes. */
export function routedMailboxes(records: {
  readonly providers: readonly Pick<MailProvider, 'name' | 'state'>[];
  readonly mailboxes: readonly SenderMailbox[];
}): readonly RoutedMailbox[] {
  const active = new Set(records.providers.flatMap(({ name, state }) => (state === 'active' ? [name] : [])));
  return records.mailboxes.map(({ address, provider, sites, producers, priority, state }) => {
    const isActive = state === 'active' && active.has(provider);
    return { mailbox: address, provider, sites, producers, priority, isActive };
  });
}
