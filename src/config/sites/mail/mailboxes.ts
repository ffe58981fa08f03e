/** The mailboxes of `[mail.mailboxes]`. */
import { isMailAddress } from '../../../base/net/mail-address.js';
import { sameMailbox } from '../../../base/net/mailbox.js';
import { nearest } from '../../../base/text/nearest.js';
import type { SenderMailbox } from '../../../contract/mail-records.js';
import type { Directory } from '../../../approval/site.js';
import { exampleOf } from '../../described.js';
import { isTable, readTable, type Values } from '../../read-table.js';
import type { Reading } from '../reading.js';
import { MAILBOX_KEYS, USUAL_PRIORITY } from './provider-keys.js';

interface Known {
  readonly siteOf: Directory['siteOf'];
  readonly producers: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

interface Place {
  readonly path: string;
  readonly known: Known;
  readonly reading: Reading;
}

export function readMailboxes(raw: unknown, known: Known, reading: Reading): readonly SenderMailbox[] {
  if (raw === undefined) return [];
  if (!isTable(raw)) {
    reading.tell('mail.mailboxes', { problem: 'is not a table', cure: 'Write [mail.mailboxes."gate@example.org"].' });
    return [];
  }
  const read = Object.entries(raw).flatMap(([address, table]) => readMailbox(address, table, { known, reading }) ?? []);
  for (const [at, { address }] of read.entries())
    if (read.findIndex((other) => other.address === address) !== at)
      reading.tell(`mail.mailboxes."${address}"`, { problem: 'is there twice', cure: 'Keep one of the two tables.' });
  return read;
}

function readMailbox(text: string, raw: unknown, { known, reading }: Omit<Place, 'path'>): SenderMailbox | null {
  const path = `mail.mailboxes.${JSON.stringify(text)}`;
  const address = sameMailbox(text);
  if (!isMailAddress(address)) {
    reading.tell(path, {
      problem: 'is not a mail address',
      cure: 'Write it like [mail.mailboxes."gate@example.org"].',
    });
    return null;
  }
  const { values, bad, problems } = readTable(raw, MAILBOX_KEYS, { file: reading.file, path });
  reading.tellAll(problems);
  if (!isTable(raw)) return null;
  const place = { path, known, reading };
  if (values.provider === undefined && !bad.has('provider'))
    reading.tell(`${path}.provider`, {
      problem: 'is missing',
      cure: `For example: provider = ${exampleOf(MAILBOX_KEYS.provider)}`,
    });
  if (values.provider !== undefined) tellUnknown([values.provider], known.providers, { place, key: 'provider' });
  tellUnknown(values.producers ?? [], known.producers, { place, key: 'producers' });
  return mailboxOf(address, values, place);
}

function mailboxOf(address: string, values: Values<typeof MAILBOX_KEYS>, place: Place): SenderMailbox {
  return {
    address,
    displayName: values.name ?? '',
    provider: values.provider ?? '',
    sites: [...new Set((values.sites ?? []).flatMap((host) => siteKeyOf(host, place) ?? []))],
    producers: [...new Set(values.producers)],
    priority: values.priority ?? USUAL_PRIORITY,
    state: 'active',
    pausedReason: null,
    origin: 'declared',
  };
}

function siteKeyOf(host: string, { path, known, reading }: Place): string | null {
  const site = known.siteOf(host);
  if (site !== undefined) return site.key;
  reading.tell(`${path}.sites`, {
    problem: `names ${JSON.stringify(host)}, which is of no site`,
    cure: 'Write a host of one of [[sites]].',
  });
  return null;
}

function tellUnknown(
  names: readonly string[],
  known: ReadonlySet<string>,
  { place: { path, reading }, key }: { readonly place: Place; readonly key: string },
): void {
  for (const name of names) {
    if (known.has(name)) continue;
    const meant = nearest(name, [...known]);
    const guess = meant === null ? '' : `Did you mean ${meant}? `;
    const all = known.size === 0 ? 'There are none.' : `Known here: ${[...known].join(', ')}.`;
    reading.tell(`${path}.${key}`, {
      problem: `names ${JSON.stringify(name)}, which is not there`,
      cure: `${guess}${all}`,
    });
  }
}
