/**
 * One address is one person. Somebody who is written down twice (by `admin_email` beside an own table, or by two tables
 * with one address) would be sent cards under a name that they cannot sign in by, or could decide nothing over chat.
 */
import { sameMailbox } from '../../base/net/mailbox.js';
import { chatAddress } from '../../approval/chat-address.js';
import type { KnownChannel } from './known-channel.js';
import { quoted, type Reading } from './reading.js';

type People = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The approvers whom this address means: by their address on `mail`, the channel of mails, or by a handle that is that address. */
export function peopleAt(
  address: string,
  { people, mail }: { readonly people: People; readonly mail: string | null },
): readonly string[] {
  const wanted = sameMailbox(address);
  return [...people].flatMap(([name, addresses]) => {
    const email = mail === null ? undefined : addresses.get(mail);
    return sameMailbox(name) === wanted || (email !== undefined && sameMailbox(email) === wanted) ? [name] : [];
  });
}

/** Refuses handles that differ in nothing but case, and addresses that two approvers have. */
export function tellTwice(people: People, reading: Reading): void {
  const names = [...people.keys()];
  for (const [first, second] of pairs(names)) {
    const key = `approvers.${quoted(second)}`;
    if (sameMailbox(first) === sameMailbox(second)) {
      reading.tell(key, {
        problem: `is ${first} in another spelling`,
        cure: `Put its addresses into [approvers.${quoted(first)}], and write that handle at every site.`,
      });
      continue; // what else they share follows from it
    }
    for (const channel of sharedChannels(people, { first, second, reading }))
      reading.tell(`${key}.${channel}`, {
        problem: `is the address of ${first}, too: one address is one person`,
        cure: `Name ${first} at the sites of ${second}, or give each of them an address of their own.`,
      });
  }
}

/** Of channels on which a person is known by the address: mail, and the chats. A consumer's url may serve several. */
function sharedChannels(
  people: People,
  { first, second, reading }: { readonly first: string; readonly second: string; readonly reading: Reading },
): readonly string[] {
  return [...(people.get(second) ?? [])].flatMap(([name, address]) => {
    const other = people.get(first)?.get(name);
    const channel = reading.channels.get(name);
    return other !== undefined && channel !== undefined && isSamePerson(channel, address, other) ? [name] : [];
  });
}

function isSamePerson({ isMail, takesTaps }: KnownChannel, address: string, other: string): boolean {
  if (isMail) return sameMailbox(address) === sameMailbox(other);
  return takesTaps && isSameAccount(address, other);
}

/** Without a workspace an address is that account in every workspace. */
function isSameAccount(one: string, other: string): boolean {
  const [mine, theirs] = [chatAddress(one.toLowerCase()), chatAddress(other.toLowerCase())];
  const isSameWorkspace = mine.workspace === null || theirs.workspace === null || mine.workspace === theirs.workspace;
  return mine.subject === theirs.subject && isSameWorkspace;
}

function pairs(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.flatMap((second, index) => names.slice(0, index).map((first) => [first, second] as const));
}
