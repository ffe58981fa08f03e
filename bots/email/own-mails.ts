/** By what a report is known to be about a mail of ours. */
import type { MailSource } from '../../src/contract/mail-records.js';

export interface OwnMails {
  /** That our mails are from: one of them stands in each Message-ID. */
  readonly domains: readonly string[];
  /** Where bounces go, with `{id}` in place of a delivery's. */
  readonly bounceAddresses: readonly string[];
}

export function ownMails({ providers, mailboxes }: Pick<MailSource, 'providers' | 'mailboxes'>): OwnMails {
  const addresses = providers.flatMap((one) => (one.kind === 'smtp' ? [one.endpoint.bounceAddress ?? ''] : []));
  return {
    domains: [...new Set(mailboxes.map(({ address }) => address.split('@')[1] ?? ''))],
    bounceAddresses: addresses.filter((address) => address.includes('{id}')),
  };
}
