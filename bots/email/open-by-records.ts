/** By the providers and mailboxes of the records: each mail by what was chosen for it, each provider by a transport of its own. */
import type { ChannelDeps, Health } from '../../src/contract/channel.js';
import type { MailPolicy } from '../../src/contract/mail-policy.js';
import type { MailProvider, MailRecords, SenderMailbox } from '../../src/contract/mail-records.js';
import type { EmailConfig } from './config.js';
import type { Carrying } from './carrying.js';
import { openTransports, type OpenTransports } from './open-transports.js';
import { ownMails } from './own-mails.js';
import { mailProbe } from './probe.js';
import { sendersBy } from './senders.js';
import { mailWatching } from './watching.js';
import { SLOTS } from './smtp/smtp.js';

/** Null: nobody keeps records. */
export function openByRecords({ from }: EmailConfig, deps: ChannelDeps): Carrying | null {
  const { mailRecords: records, mailRouting: routing } = deps;
  if (records === undefined || routing === undefined) return null;
  const policyFor = async ({ name }: Pick<MailProvider, 'name'>): Promise<MailPolicy | null> => {
    await routing.routes();
    return routing.policyOf(name);
  };
  const of = { ...deps, records, routing, policyFor, ownName: new URL(deps.publicUrl).hostname };
  const transports = openTransports(of);
  const watched = watchedBy(records, transports);
  records.onChange(() => void watched.refresh());
  void watched.refresh();
  return {
    senders: sendersBy({ records, routing, transports, own: from }),
    own: async () => ownMails({ providers: await records.providers(), mailboxes: await records.mailboxes() }),
    routing,
    mailProbe: mailProbe(of),
    watching: mailWatching({ watched: watched.now, clock: deps.clock }),
    slots: SLOTS,
    health: (signal) => healthOf(records, transports, signal),
    stop: async () => Promise.resolve(transports.close()),
  };
}

/** The providers that have to be asked what became of mails, with their mailboxes, as the records were read last. */
function watchedBy(records: Pick<MailRecords, 'mailboxes'>, transports: OpenTransports) {
  let mailboxes: readonly SenderMailbox[] = [];
  return {
    now: () =>
      [...transports.open()].flatMap(([name, { watch }]) => {
        const own = mailboxes.filter(({ provider }) => provider === name).map(({ address }) => address);
        return watch === undefined || own.length === 0 ? [] : [{ watch, mailboxes: own }];
      }),
    async refresh(): Promise<void> {
      mailboxes = await records.mailboxes().catch(() => mailboxes);
      await transports.reconcile();
    },
  };
}

async function healthOf(
  records: Pick<MailRecords, 'providers'>,
  transports: Pick<OpenTransports, 'use'>,
  signal: AbortSignal,
): Promise<Health> {
  const providers = await records.providers().catch(() => null);
  if (providers === null)
    return {
      kind: 'unhealthy',
      detail: 'the records of mail providers cannot be read',
      cure: 'see what is said of the database',
    };
  const active = providers.filter(({ state }) => state === 'active');
  if (active.length === 0) return providers.length === 0 ? NOBODY : NONE;
  const found = await Promise.all(active.map((one) => healthOfOne(one, transports, signal)));
  const [sick] = found.filter(({ kind }) => kind === 'unhealthy');
  const detail = found
    .map((one, at) => (found.length > 1 ? `${active[at]?.name ?? ''}: ${one.detail}` : one.detail))
    .join('; ');
  return sick?.kind === 'unhealthy' ? { ...sick, detail } : { kind: 'healthy', detail };
}

const NOBODY: Health = {
  kind: 'unhealthy',
  detail: 'there is no mail provider, and mails wait in the queue',
  cure: 'add one: gate mail provider add <name> --kind smtp --host <server>; docs/mail.md has the rest',
};

const NONE: Health = {
  kind: 'unhealthy',
  detail: 'every mail provider is paused',
  cure: 'resume one: gate mail provider resume <name>',
};

async function healthOfOne(
  { name }: MailProvider,
  transports: Pick<OpenTransports, 'use'>,
  signal: AbortSignal,
): Promise<Health> {
  const used = await transports.use(name, (transport) => transport.health(signal));
  return 'problem' in used ? { kind: 'unhealthy', detail: used.problem, cure: used.cure } : used.result;
}
