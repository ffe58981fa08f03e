/** `operators`: who runs the gate and may look at all of it in a browser. Each is an approver, or a person of their own by an address. */
import type { AccountId } from '../../approval/brand.js';
import { nearest } from '../../base/text/nearest.js';
import { typedMailbox } from '../../base/net/mailbox.js';
import type { Wrong } from '../problems.js';
import { mailChannel } from './known-channel.js';
import { peopleAt } from './one-person.js';
import type { People } from './people.js';
import type { Reading } from './reading.js';

const KEY = 'operators';

/** The accounts that they are. `people`: all approvers. */
export function readOperators(
  written: readonly string[] | undefined,
  people: People,
  reading: Reading,
): ReadonlySet<AccountId> {
  const mail = mailChannel(reading.channels)?.name ?? null;
  const read = (written ?? []).map((name) => accountOf(name, peopleAt(name, { people, mail }), people));
  read.forEach((account, index) => {
    if (typeof account !== 'string') reading.tell(`${KEY}.${String(index)}`, account);
  });
  return new Set(read.filter((account) => typeof account === 'string'));
}

/** `found`: the approvers whose address the name is. */
function accountOf(name: string, found: readonly string[], people: People): AccountId | Wrong {
  if (people.has(name)) return name as AccountId;
  const [handle, ...others] = found;
  if (others.length > 0) return { problem: `is ${found.join(' and ')}`, cure: 'Write the handle of one of them.' };
  const account = handle ?? typedMailbox(name);
  return account === null ? nobody(name, people) : (account as AccountId);
}

function nobody(name: string, people: People): Wrong {
  const meant = nearest(name, people.keys());
  const cure = 'Write the handle of an approver, or an e-mail address.';
  return {
    problem: 'is the handle of no approver, and no e-mail address',
    cure: meant === null ? cure : `Did you mean ${meant}? ${cure}`,
  };
}
