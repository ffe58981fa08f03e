/** What `gate doctor` says of queues that stand still, and of addresses to which no mail goes. */
import { iso } from '../../base/time/iso.js';
import { sameMailbox } from '../../base/net/mailbox.js';
import type { Directory } from '../../approval/site.js';
import type { Check } from '../../contract/admin.js';
import type { Ledger, Suppression, TransportPause } from '../../contract/ledger.js';

const MAX_LOOKED_AT = 1_000;
const MAX_NAMED = 5;

export async function pauseChecks(ledger: Pick<Ledger, 'deliveries'>): Promise<readonly Check[]> {
  const pauses = await ledger.deliveries.pauses().catch(() => []);
  return pauses.map((pause) => (pause.pausedBy === null ? pausedByProvider(pause) : pausedByHand(pause)));
}

/** Of those that stand still without an operator's word: a process that is told to rest is as ready as before. */
export async function brokenQueues(ledger: Pick<Ledger, 'deliveries'>): Promise<readonly Check[]> {
  const pauses = await ledger.deliveries.pauses().catch(() => []);
  return pauses.filter(({ pausedBy }) => pausedBy === null).map(pausedByProvider);
}

function pausedByProvider({ transport, reason, sinceMs, probeAtMs, provider }: TransportPause): Check {
  const mend =
    provider === null
      ? `Mend the credentials of ${transport}; those that are set in the environment are read at a restart.`
      : `Mend the credentials of the mail provider ${provider}, and that it lets the mailbox send, then: gate mail provider resume ${provider}.`;
  return {
    name: `queue of ${transport}`,
    isOk: false,
    detail: `paused since ${iso(sinceMs)}: ${reason}; tried again at ${iso(probeAtMs)}`,
    cure: `${mend} Nothing in its queue is lost, and requests can be decided elsewhere meanwhile.`,
  };
}

function pausedByHand({ transport, reason, sinceMs, pausedBy }: TransportPause): Check {
  return {
    name: `queue of ${transport}`,
    isOk: false,
    detail: `paused since ${iso(sinceMs)} by ${pausedBy ?? ''}: ${reason}`,
    cure: `Nothing is sent over it, and messages past their end are given up. To go on: gate queue resume ${transport}`,
  };
}

/** Wrong where somebody who decides gets no mail. */
export async function suppressionChecks(
  ledger: Pick<Ledger, 'suppressions'>,
  directory: Directory,
): Promise<readonly Check[]> {
  const found = await ledger.suppressions.list({ after: null, limit: MAX_LOOKED_AT }).catch(() => []);
  if (found.length === 0) return [];
  const ours = addressesOf(directory);
  const concerned = found.filter(({ address }) => ours.has(address));
  const named = [...concerned, ...found.filter(({ address }) => !ours.has(address))].slice(0, MAX_NAMED).map(inWords);
  const more = found.length > MAX_NAMED ? `, and ${String(found.length - MAX_NAMED)} more` : '';
  return [
    {
      name: 'suppressions',
      isOk: concerned.length === 0,
      detail: `no mail goes to ${named.join(', ')}${more}`,
      cure: 'See that the mailbox takes mails, then: gate suppressions lift <address>. Whoever cannot sign in meanwhile is let in by: gate sign-in-link <account>',
    },
  ];
}

function addressesOf({ approvers }: Directory): ReadonlySet<string> {
  const written = [...approvers.values()].flatMap(({ id, addresses }) => [id, ...addresses.values()]);
  return new Set(written.map(sameMailbox));
}

function inWords({ address, reason, code, untilMs }: Suppression): string {
  const why = [reason.replace('_', ' '), ...(code === null ? [] : [code])].join(', ');
  return `${address} (${why}) until ${iso(untilMs)}`;
}
