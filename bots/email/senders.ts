/** Sends one mail by the provider and from the mailbox that were chosen for it, as their records and the provider's policy are now. */
import { isLedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import type { MailPolicy, MailSender } from '../../src/contract/mail-policy.js';
import type { MailRecords } from '../../src/contract/mail-records.js';
import type { MailRoute, MailRouting } from '../../src/contract/mail-routing.js';
import { judged } from './judge.js';
import type { OpenTransports } from './open-transports.js';
import type { ComposedMail, MailAnswer, MailTransport } from './transport.js';

/** What of a mail its mailbox and its provider's policy say. */
export interface SentFrom extends Pick<ComposedMail, 'from' | 'mailbox' | 'replyTo'> {
  readonly headers: Readonly<Record<string, string>>;
}

export interface Senders {
  readonly isIdempotent: boolean;
  /** `route` null: by what fits a mail of nothing in particular best. */
  send(route: MailRoute | null, compose: (from: SentFrom) => ComposedMail, signal: AbortSignal): Promise<MailAnswer>;
}

/** One transport and one sender, whatever the route. */
export function oneSender(from: MailSender, transport: MailTransport): Senders {
  return {
    isIdempotent: transport.isIdempotent,
    send: (_route, compose, signal) => transport.send(compose({ from, headers: {} }), signal),
  };
}

export interface SendersDeps {
  readonly records: Pick<MailRecords, 'mailboxes'>;
  readonly routing: Pick<MailRouting, 'routeFor' | 'policyOf'>;
  readonly transports: Pick<OpenTransports, 'use'>;
  /** As MAIL_FROM spells it; null where it is not set. */
  readonly own: MailSender | null;
}

const FOR_NOTHING = { site: null, producer: null, mailbox: null } as const;

export function sendersBy({ records, routing, transports, own }: SendersDeps): Senders {
  async function sentFrom({ mailbox }: MailRoute, policy: MailPolicy | null): Promise<SentFrom> {
    const { from = null, replyTo = null, headers = {} } = policy?.mail ?? {};
    const record = (await records.mailboxes()).find(({ address }) => address === mailbox);
    const isOwn = record?.origin === 'env' && own !== null;
    const sender = isOwn ? own : { name: record?.displayName ?? '', address: mailbox };
    return { from: from ?? sender, mailbox, headers, ...(replyTo === null ? {} : { replyTo }) };
  }

  async function send(...[given, compose, signal]: Parameters<Senders['send']>): Promise<MailAnswer> {
    const route = given ?? (await routing.routeFor(FOR_NOTHING));
    if (route === null) return { kind: 'deferred', reason: 'no_mailbox' };
    const policy = routing.policyOf(route.provider);
    const mail = compose(await sentFrom(route, policy));
    const used = await transports.use(route.provider, (transport) => transport.send(mail, signal));
    if ('problem' in used) return { kind: 'refused', scope: 'provider', reason: 'provider_incomplete' };
    return policy === null ? used.result : judged(used.result, policy.terminal);
  }

  return {
    // what another attempt may do each provider says for itself
    isIdempotent: true,
    /** Records and secrets are read before each call of a provider: where the database does not answer, nothing has left. */
    async send(...sent) {
      try {
        return await send(...sent);
      } catch (error) {
        if (!isLedgerUnavailable(error)) throw error;
        return { kind: 'deferred', reason: 'records_unavailable' };
      }
    },
  };
}
