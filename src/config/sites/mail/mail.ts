/** The table `[mail]` of `sites.toml`: the providers and mailboxes that it declares, as one source of records. */
import type { MailSource } from '../../../contract/mail-records.js';
import type { Directory } from '../../../approval/site.js';
import { isTable } from '../../read-table.js';
import type { Reading } from '../reading.js';
import { readMailboxes } from './mailboxes.js';
import { readMailProviders } from './providers.js';

/** Null: the file has no such table. */
export function readMail(
  raw: unknown,
  known: { readonly siteOf: Directory['siteOf']; readonly producers: ReadonlySet<string> },
  reading: Reading,
): MailSource | null {
  if (raw === undefined) return null;
  if (!isTable(raw)) {
    reading.tell('mail', { problem: 'is not a table', cure: 'Write [mail.providers.<name>] above every provider.' });
    return null;
  }
  for (const key of Object.keys(raw))
    if (key !== 'providers' && key !== 'mailboxes')
      reading.tell(`mail.${key}`, { problem: 'is not a known key', cure: 'Known here: providers, mailboxes.' });
  const read = readMailProviders(raw['providers'], reading);
  const mailboxes = readMailboxes(raw['mailboxes'], { ...known, providers: read.names }, reading);
  for (const { provider } of read.declared)
    if (!mailboxes.some((mailbox) => mailbox.provider === provider.name) && read.isWhole)
      reading.tell(`mail.providers.${provider.name}`, {
        problem: 'sends for no mailbox',
        cure: `Write [mail.mailboxes."gate@example.org"] with provider = "${provider.name}".`,
      });
  const secrets = new Map(read.declared.map(({ provider, secrets: own }) => [provider.name, own]));
  return {
    providers: read.declared.map(({ provider }) => provider),
    mailboxes,
    secret: (provider, purpose) => secrets.get(provider)?.get(purpose) ?? null,
  };
}
