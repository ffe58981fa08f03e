/**
 * What every role needs: the ledger, identity, the configured channels, the desk, and
 * the courier in a process with that role.
 */
import type { ChannelName } from '../approval/brand.js';
import type { CleanupStack } from '../base/process/cleanup-stack.js';
import type { HttpClient } from '../base/net/http-client.js';
import { createHttpClient } from '../base/net/http-client-node.js';
import { createEncryption, type Encryption } from '../base/crypto/encryption.js';
import type { Config } from '../config/config.js';
import { ownChannels, type OpenChannel } from '../contract/channel.js';
import type { Desk } from '../contract/desk.js';
import type { Ledger } from '../contract/ledger.js';
import type { SenderMailbox } from '../contract/mail-records.js';
import type { ProducerMails } from '../contract/producer-mails.js';
import type { Messages } from '../contract/message.js';
import { createCourier, type Courier } from '../delivery/courier.js';
import { createMessages } from '../delivery/messages.js';
import { createProducerMails } from '../delivery/producer-mails.js';
import { createDesk } from '../desk/desk.js';
import type { Events } from '../events/events.js';
import { eventStream } from '../events/event-stream.js';
import { createIdentity, type Identity, type IdentityDeps } from '../identity/identity.js';
import { serviceEvents } from './service-events.js';
import { createSessionBook, type SessionBook, type SessionBookDeps } from '../identity/sessions/session-book.js';
import { carryingChannels } from './carrying-channels.js';
import { embeddedIn, loopbackUrl, type Embedded } from './embedded-servers.js';
import { openMailSide, tellOfUnused, type MailSide } from './mail.js';
import { liveState, type LiveState } from './live-state.js';
import { openChannels, type OpenChannels } from './open-channels.js';
import { openOwnLedger } from './own-ledger.js';
import { registryFacts, type RegistryFacts } from './registry-facts.js';
import { needsChannels } from './roles.js';
import type { ServeDeps } from './serve-deps.js';

export interface Services {
  readonly config: Config;
  readonly deps: ServeDeps;
  readonly state: LiveState;
  readonly encryption: Encryption;
  readonly ledger: Ledger;
  readonly identity: Identity;
  readonly sessionBook: SessionBook;
  readonly opened: OpenChannels;
  readonly transports: ReadonlyMap<ChannelName, Pick<OpenChannel, 'notifier' | 'slots' | 'routing'>>;
  readonly events: Events;
  readonly facts: RegistryFacts;
  readonly embedded: readonly Embedded[];
  /** Null in a process without the role. */
  readonly courier: Courier | null;
  readonly desk: Desk;
  /** Queues what is no card of a request; whichever process has the courier sends it. */
  readonly messages: Messages;
  /** Who carries mails. */
  readonly mail: ReturnType<MailSide['over']>;
  /** What other services order. */
  readonly mails: ProducerMails;
}

export async function openServices(
  config: Config,
  { deps, held }: { readonly deps: ServeDeps; readonly held: CleanupStack },
): Promise<Services> {
  const { channels, clock, random, log } = deps;
  const { publicUrl, adminUrl, roles, trustedProxies, edgeNetworks } = config;
  const facts = registryFacts(channels);
  const state = liveState(config);
  const { directory } = state;
  const encryption = createEncryption(config.keys);
  const ledger = await openOwnLedger(config, { encryption, channels, log });
  held.add('ledger', () => ledger.close());
  const events = eventStream(clock, deps.events, facts.legacyEvents);
  const mailSide = openMailSide(config, { ledger, state, deps });
  const carrying = carryingChannels(channels, config);
  const messages = createMessages({ deliveries: ledger.deliveries, encryption, carrying, random });
  const channel = facts.mail !== null && carrying.has(facts.mail) ? facts.mail : null;
  if (channel === null) await tellOfUnused(mailSide.records, log);
  const mail = mailWith(channel, { messages, log, events });
  const providers = { configured: state.providers, http: callsToProviders(held), log };
  const of = { ledger, encryption, directory, clock, random, publicUrl, adminUrl };
  const identity = createIdentity({ ...of, ...telling(events), providers, log, ...mail });
  const ofMail = { mailRecords: mailSide.records, mailRouting: mailSide.routing };
  const opened = await openOwnChannels(config, { deps, held, state, encryption, ...ofMail });
  const transports = new Map([...opened].map(([name, channel]) => [name, carrierOf(channel)]));
  const sessionBook = createSessionBook({ ledger: ledger.identity, onEnded: tellingOfEnded(events) });
  const limits = { suppressForMs: config.suppressForMs, ...deps.courierLimits };
  const courier = roles.has('courier')
    ? createCourier({ ledger, transports, encryption, directory, publicUrl, events, clock, random, log, limits })
    : null;
  const desk = createDesk({
    ledger,
    directory,
    peerTransport: facts.peerTransport,
    encryption,
    events,
    random,
    clock,
    publicUrl,
    courier,
    trustedProxies,
    edgeNetworks,
    log,
  });
  held.add('access requests counted', () => desk.settle());
  held.add('sign-in mails, and what was refused', () => settled(identity));
  const embedded = embeddedIn(channels, config);
  const mails = createProducerMails({
    ledger,
    messages,
    channel,
    mailboxes: () => carriedMailboxes(mailSide.records),
    random,
  });
  const own = { config, deps, state, encryption, ledger, identity, sessionBook, messages, mails };
  return { ...own, opened, transports, events, facts, embedded, courier, desk, mail: mailSide.over(opened, events) };
}

/** A mailbox without its provider sends nothing. */
async function carriedMailboxes(records: MailSide['records']): Promise<readonly SenderMailbox[]> {
  const [providers, mailboxes] = await Promise.all([records.providers(), records.mailboxes()]);
  const names = new Set(providers.map(({ name }) => name));
  return mailboxes.filter(({ provider }) => names.has(provider));
}

interface ChannelParts extends Pick<Services, 'deps' | 'state' | 'encryption'> {
  readonly held: CleanupStack;
  readonly mailRecords: MailSide['records'];
  readonly mailRouting: MailSide['routing'];
}

function openOwnChannels(config: Config, parts: ChannelParts): Promise<OpenChannels> {
  const { deps, held, state, encryption, mailRecords, mailRouting } = parts;
  const { channels, clock, random, log } = deps;
  const deriveKey: Encryption['deriveKey'] = (purpose) => encryption.deriveKey(purpose);
  const { publicUrl, roles } = config;
  const own = { loopbackUrl: loopbackUrl(config), callbackKeys: state.callbackKeys, mailRecords, mailRouting };
  const channelDeps = { clock, random, log, publicUrl, deriveKey, ...own };
  return openChannels(needsChannels(roles) ? ownChannels(channels) : [], { config, held, deps: channelDeps });
}

function carrierOf({ notifier, slots, routing }: OpenChannel): Pick<OpenChannel, 'notifier' | 'slots' | 'routing'> {
  return { notifier, slots, ...(routing === undefined ? {} : { routing }) };
}

type MailDeps = NonNullable<IdentityDeps['mail']>;

/** `channel` null: none sends mail. */
function mailWith(
  channel: ChannelName | null,
  { messages, log, events }: Pick<MailDeps, 'messages' | 'log'> & { readonly events: Events },
): Pick<IdentityDeps, 'mail'> {
  const onFull: MailDeps['onFull'] = (asked) => {
    events.emit({ event: 'auth_gate.sign_in_not_mailed', ...asked });
  };
  return channel === null ? {} : { mail: { channel, messages, log, onFull } };
}

function telling(events: Events): Pick<IdentityDeps, 'onEvent' | 'onSessionsEnded' | 'onServiceEvent'> {
  const onEvent: IdentityDeps['onEvent'] = (event) => events.emit(event);
  return { onEvent, onSessionsEnded: tellingOfEnded(events), onServiceEvent: serviceEvents(events) };
}

async function settled({ mailedLinks, refusedSignIns }: Identity): Promise<void> {
  await Promise.all([mailedLinks?.settle(), refusedSignIns.settle()]);
}

/** They are the operator's own choice, wherever they are. */
function callsToProviders(held: CleanupStack): HttpClient {
  const http = createHttpClient({ egress: 'any', allowedNetworks: [] });
  held.add('calls to providers', () => http.close());
  return http;
}

function tellingOfEnded(events: Events): SessionBookDeps['onEnded'] {
  return (ended) => {
    events.emit({ event: 'auth_gate.sessions_ended', ...ended });
  };
}
