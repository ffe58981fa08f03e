/** What `gate doctor` says of mails that wait: for a provider that refuses us or asked to be left alone, and for a mailbox that is not there. */
import { iso } from '../../base/time/iso.js';
import type { ChannelName } from '../../approval/brand.js';
import type { Check } from '../../contract/admin.js';
import type { Ledger } from '../../contract/ledger.js';
import type { MailRoutes, MailRouting, MailScope, ProviderGate, WaitingMails } from '../../contract/mail-routing.js';
import { hasMailbox, onlyRoute } from '../../mail/selection.js';

export interface MailWays {
  /** The one that sends mails, configured or not. */
  readonly channel: ChannelName;
  readonly isOpen: boolean;
  readonly routes: MailRouting['routes'];
}

export async function mailRouteChecks(
  { deliveries }: Pick<Ledger, 'deliveries'>,
  { channel, routes }: MailWays,
): Promise<readonly Check[]> {
  const known = await routes().catch(() => null);
  if (known === null) return []; // what is wrong with the database is told already
  const gates = await deliveries.providerGates().catch(() => []);
  const waiting = await deliveries.waitingMails(channel).catch(() => []);
  return [...gates.flatMap((gate) => gateChecks(gate, known)), ...homelessChecks(waiting, known)];
}

/** Nothing of one that is gone, nor where there is one way for all mails: then none of its waits counts. */
function gateChecks({ provider, pause, closedUntilMs }: ProviderGate, routes: MailRoutes): readonly Check[] {
  const isThere = routes.providers.some(({ name }) => name === provider);
  if (!isThere || onlyRoute(routes) !== null) return [];
  const isAlone = routes.providers.length === 1;
  return [
    ...(pause === null ? [] : [refusingCheck(provider, pause, isAlone)]),
    ...(closedUntilMs === null ? [] : [closedCheck(provider, closedUntilMs)]),
  ];
}

function refusingCheck(
  provider: string,
  { reason, sinceMs, probeAtMs }: NonNullable<ProviderGate['pause']>,
  isAlone: boolean,
): Check {
  const meanwhile = isAlone ? 'its mails wait' : 'mails go by the others meanwhile';
  return {
    name: `mail provider ${provider}`,
    isOk: false,
    detail: `refuses us since ${iso(sinceMs)}: ${reason}; tried again at ${iso(probeAtMs)}, and ${meanwhile}`,
    cure: `Mend its credentials, and that it lets the mailbox send: gate mail provider test ${provider}`,
  };
}

/** It is as it should be, and why nothing goes out. */
function closedCheck(provider: string, untilMs: number): Check {
  const detail = `asked to be left alone until ${iso(untilMs)}; its mails wait, and no attempt of theirs is used up`;
  return { name: `mail provider ${provider}`, isOk: true, detail, cure: '' };
}

function homelessChecks(waiting: readonly WaitingMails[], routes: MailRoutes): readonly Check[] {
  return waiting
    .filter(({ scope }) => !hasMailbox(routes, scope))
    .map(({ scope, count, sinceMs }) => ({
      name: 'mails without a mailbox',
      isOk: false,
      detail: `${String(count)} wait since ${iso(sinceMs)}, and fit no mailbox: ${inWords(scope)}`,
      cure: 'Add a mailbox for them, or one for everything: gate mail mailbox add <address> --provider <name>. Or delete them: gate queue delete.',
    }));
}

function inWords({ site, producer, mailbox }: MailScope): string {
  const parts = [
    ...(mailbox === null ? [] : [`from ${mailbox}`]),
    ...(site === null ? [] : [`of the site ${site}`]),
    ...(producer === null ? [] : [`of the producer ${producer}`]),
  ];
  return parts.length === 0 ? 'of no site and no producer' : parts.join(', ');
}
