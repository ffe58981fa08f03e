/** Approvers: their own tables, and the RFC's short form, in which a site names its admin and an e-mail address. */
import { z } from 'zod';
import { described } from '../described.js';
import { isTable, readTable } from '../read-table.js';
import { sameMailbox } from '../../base/net/mailbox.js';
import { peopleAt } from './one-person.js';
import { mailChannel } from './known-channel.js';
import { quoted, type Reading } from './reading.js';
import { handle, timeZone } from './site-keys.js';
import type { SiteDraft } from './site-draft.js';
import { nearest } from '../../base/text/nearest.js';
import type { Wrong } from '../problems.js';

/** Handle -> channel -> address. Grows while sites are read: the short form makes approvers. */
export type People = Map<string, Map<string, string>>;

/** Handle -> IANA time zone, of those who name one. Whatever else is wrong with a table, `readPeople` says. */
export function readTimeZones(raw: unknown): ReadonlyMap<string, string> {
  if (!isTable(raw)) return new Map();
  return new Map(
    Object.entries(raw).flatMap(([name, table]) => {
      const zone = isTable(table) ? timeZone.safeParse(table['time_zone']) : null;
      return zone?.success === true ? [[name, zone.data] as const] : [];
    }),
  );
}

export function readPeople(raw: unknown, reading: Reading): People {
  const people: People = new Map();
  if (raw === undefined) return people;
  if (!isTable(raw)) {
    reading.tell('approvers', {
      problem: 'is not a table',
      cure: 'Write [approvers."rpm@koder.dev"] above every approver.',
    });
    return people;
  }
  for (const [name, table] of Object.entries(raw)) {
    const path = `approvers.${quoted(name)}`;
    if (!handle.safeParse(name).success)
      reading.tell(path, { problem: 'is no handle', cure: 'Write 1 to 128 characters without spaces.' });
    else people.set(name, readAddresses(table, path, reading));
  }
  return people;
}

function readAddresses(raw: unknown, path: string, reading: Reading): Map<string, string> {
  const channels = Object.fromEntries(
    [...reading.channels].map(([name, { address }]) => [name, described(z.string().trim().min(1), address)]),
  );
  const shape = { ...channels, time_zone: timeZone };
  const { values, bad, problems } = readTable(raw, shape, { file: reading.file, path });
  reading.tellAll(problems);
  const addresses = new Map<string, string>();
  for (const [channel, address] of Object.entries(values)) {
    if (address === undefined || channel === 'time_zone') continue;
    const known = reading.channels.get(channel);
    const wrong = known?.checkAddress(address) ?? null;
    addresses.set(channel, wrong === null ? (known?.wholeAddress(address) ?? address) : address);
    if (wrong !== null) reading.tell(`${path}.${channel}`, badAddress(wrong, channel));
  }
  if (addresses.size === 0 && bad.size === 0 && isTable(raw))
    reading.tell(path, { problem: 'has no address on any channel', cure: `For example: ${addressExample(reading)}` });
  return addresses;
}

function addressExample({ channels }: Reading): string {
  const shown = mailChannel(channels) ?? [...channels.values()][0];
  return `${shown?.name ?? '<channel>'} = ${shown?.address.example ?? '"<address>"'}`;
}

/** The site's approvers in the file's order. Reports unknown ones, and makes those of the short form. */
export function approversOf(site: SiteDraft, people: People, reading: Reading): readonly string[] {
  const { admin, adminEmail, isBad } = site.people;
  const path = `${site.path}.auth_gate`;
  const names = admin.length > 0 || adminEmail === null ? admin : personAt(adminEmail, { path, people, reading });
  if (names.length === 0) {
    if (site.gate.kind === 'on' && !isBad && adminEmail === null)
      reading.tell(`${path}.admin`, {
        problem: 'is missing: the site is gated and nobody may decide for it',
        cure: 'Add admin = "<handle>" with an [approvers."<handle>"] table, or admin_email = "<address>".',
      });
    return [];
  }
  if (adminEmail !== null) placeEmail(adminEmail, { names, path, people, reading });
  return names.filter((name) => {
    if (people.has(name)) return true;
    if (!isBad) reading.tell(`${path}.admin`, unknownApprover(name, people));
    return false;
  });
}

/** Alone, `admin_email` means whoever has that address; where nobody has, it makes an approver of that name. */
function personAt(
  address: string,
  { path, people, reading }: { readonly path: string; readonly people: People; readonly reading: Reading },
): readonly string[] {
  const found = peopleAt(address, { people, mail: mailChannel(reading.channels)?.name ?? null });
  if (found.length === 0) return [address];
  if (found.length === 1) return found;
  reading.tell(`${path}.admin_email`, {
    problem: `could mean ${found.join(' or ')}`,
    cure: 'Take it out, and write admin = "<handle>" for the one that is meant.',
  });
  return [];
}

/** `admin_email` belongs to the one approver of the site that has no e-mail address yet; anything else is unclear. */
function placeEmail(
  address: string,
  site: { names: readonly string[]; path: string; people: People; reading: Reading },
): void {
  const { names, people, reading } = site;
  const mail = mailChannel(reading.channels);
  if (mail === null) return reading.tell(`${site.path}.admin_email`, NO_MAIL);
  const emailOf = (name: string) => people.get(name)?.get(mail.name);
  if (names.some((name) => sameMailbox(emailOf(name) ?? '') === sameMailbox(address))) return;
  const lacking = names.filter((name) => emailOf(name) === undefined);
  const [only] = lacking;
  if (only !== undefined && lacking.length === 1) {
    const wrong = mail.checkAddress(address);
    if (wrong !== null) reading.tell(`${site.path}.admin_email`, badAddress(wrong, mail.name));
    people.set(only, new Map([...(people.get(only) ?? []), [mail.name, address]]));
    return;
  }
  const problem =
    lacking.length === 0
      ? `is not the e-mail address of ${names.join(' or ')}`
      : `could be the e-mail address of ${lacking.join(' or ')}`;
  reading.tell(`${site.path}.admin_email`, {
    problem,
    cure: `Take it out, and give every approver an ${mail.name} in [approvers."<handle>"].`,
  });
}

const NO_MAIL: Wrong = {
  problem: 'names a mailbox, but no channel sends mail',
  cure: 'Write admin = "<handle>" instead.',
};

/** `channels` are those a request goes out on; on `shared` ones every approver is reached, by handle or in a room. */
export function tellUnreached(
  names: readonly string[],
  use: {
    readonly channels: readonly string[];
    readonly shared: ReadonlySet<string>;
    readonly key: string;
    readonly everyOne: boolean;
  },
  context: { readonly people: People; readonly reading: Reading },
): void {
  const { people, reading } = context;
  if (names.length === 0 || use.channels.length === 0) return;
  const isReached = (name: string, channel: string) =>
    use.shared.has(channel) || people.get(name)?.has(channel) === true;
  const unreached = names.filter((name) => !use.channels.some((channel) => isReached(name, channel)));
  for (const name of use.everyOne ? unreached : [])
    reading.tell(use.key, {
      problem: `${name} has no address on ${use.channels.join(' or ')}`,
      cure: `Add one to [approvers."${name}"]: ${use.channels[0] ?? ''} = "<address>"`,
    });
  for (const channel of use.channels) {
    if (unreached.length === names.length && use.everyOne) break; // reported above for each approver
    if (names.some((name) => isReached(name, channel))) continue;
    reading.tell(use.key, {
      problem: `names ${channel}, where no approver has an address`,
      cure: `Add one to an approver's table: ${channel} = "<address>", or take ${channel} out.`,
    });
  }
}

export function unknownApprover(name: string, people: People): Wrong {
  const meant = nearest(name, people.keys());
  const guess = meant === null ? '' : `Did you mean ${meant}? `;
  return {
    problem: `names ${name}, who has no table`,
    cure: `${guess}Add [approvers."${name}"] with one address per channel.`,
  };
}

function badAddress(wrong: string, channel: string): Wrong {
  return { problem: wrong, cure: `Correct the address, or take ${channel} out.` };
}
