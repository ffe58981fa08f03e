/** What `gate doctor` says of cards that are not as they should be, grouped by what the operator has to do. */
import { hasFailed } from '../../approval/delivery.js';
import type { Check } from '../../contract/admin.js';
import type { Ledger, Straggler } from '../../contract/ledger.js';

/** How many cards are looked at, oldest first. A long outage makes thousands, and nobody reads that many. */
export const MAX_LOOKED_AT = 200;
const MAX_NAMED = 5;
const ACCOUNT = 'account:';

/** One check where all is well, otherwise one for each kind of problem. */
export async function cardChecks(ledger: Pick<Ledger, 'deliveries'>): Promise<readonly Check[]> {
  const found = await ledger.deliveries.stragglers(MAX_LOOKED_AT).catch(() => null);
  if (found === null) return [UNKNOWN];
  const groups = [behind(found), lost(found), givenUp(found), refusedMails(found)].filter((check) => check !== null);
  return groups.length === 0 ? [ALL_WELL] : groups;
}

const ALL_WELL: Check = { name: 'stragglers', isOk: true, detail: 'every card shows what it should', cure: '' };

const UNKNOWN: Check = {
  name: 'stragglers',
  isOk: false,
  detail: 'unknown: the database does not answer',
  cure: 'See what is said of the database.',
};

function behind(found: readonly Straggler[]): Check | null {
  return checkOf(
    'stragglers',
    found.filter(({ state, isCardLost }) => !hasFailed(state) && !isCardLost),
    {
      isAll: isEveryOne(found),
      what: 'not sent yet, or not showing the newest state yet',
      cure: 'They are tried again until the request ends, and up to 24 h after. See what is said of the channel named.',
    },
  );
}

/** Deleted, too old, or not ours to edit: a new message is on its way. */
function lost(found: readonly Straggler[]): Check | null {
  return checkOf(
    'lost cards',
    found.filter(({ state, isCardLost }) => !hasFailed(state) && isCardLost),
    {
      isAll: isEveryOne(found),
      what: 'can be edited no more, and the message that tells instead was not sent yet',
      cure: 'It is tried by itself, up to 24 h. See that the bot may still write where the card was.',
    },
  );
}

function givenUp(found: readonly Straggler[]): Check | null {
  return checkOf(
    'cards given up',
    found.filter((one) => hasFailed(one.state) && !isMail(one)),
    {
      isAll: isEveryOne(found),
      what: 'not tried any more',
      cure: 'Look at the reason: an address that nobody has, a bot without the right to write, a platform that was down. What they say is on the confirm page; a request still open can be decided there, and gate queue retry <id> sends its card again (gate queue list --state failed, or bounced). They leave this list after a week.',
    },
  );
}

/** A warning: one mailbox that takes no mail is its owner's trouble, and the installation is well. */
function refusedMails(found: readonly Straggler[]): Check | null {
  const refused = checkOf(
    'mails given up',
    found.filter((one) => hasFailed(one.state) && isMail(one)),
    {
      isAll: isEveryOne(found),
      what: 'not tried any more',
      cure: 'Look at the reason: a mailbox that is full, or that nobody has; suppressed, where one bounced before (gate suppressions list). Correct the address in sites.toml, and let them in with: gate sign-in-link <account>. They leave this list after a week.',
    },
  );
  return refused === null ? null : { ...refused, isOk: true };
}

function isMail({ kind }: Straggler): boolean {
  return kind === 'mail';
}

/** Whether all such cards were looked at. */
function isEveryOne(found: readonly Straggler[]): boolean {
  return found.length < MAX_LOOKED_AT;
}

interface Words {
  readonly what: string;
  readonly cure: string;
  readonly isAll: boolean;
}

function checkOf(name: string, cards: readonly Straggler[], { what, cure, isAll }: Words): Check | null {
  if (cards.length === 0) return null;
  const named = cards
    .slice(0, MAX_NAMED)
    .map((card) => `${nameOf(card)} on ${card.channel} (${card.lastReason ?? card.state})`);
  return { name, isOk: false, detail: `${what}: ${named.join(', ')}${more(cards.length, isAll)}`, cure };
}

/** A card by its request, a message by whom it is for or by its own id. */
function nameOf({ requestId, kind, about, deliveryId }: Straggler): string {
  if (requestId !== null) return requestId;
  return about?.startsWith(ACCOUNT) === true ? `${kind} for ${about.slice(ACCOUNT.length)}` : `${kind} ${deliveryId}`;
}

function more(count: number, isAll: boolean): string {
  if (count <= MAX_NAMED) return '';
  return `, and ${isAll ? '' : 'at least '}${String(count - MAX_NAMED)} more`;
}
