/** The embedded Talk in the gate's process. Both derive the same two secrets from `GATE_SECRET` and speak over loopback. */
import { join } from 'node:path';
import type { ChannelName } from '../approval/brand.js';
import { chatAddress } from '../approval/chat-address.js';
import type { Approver, Directory } from '../approval/site.js';
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Sealer } from '../base/sealer.js';
import { Secret } from '../base/secret.js';
import type { Config } from '../config/config.js';
import { wayBack } from '../http/way-back.js';
import type { Identity } from '../identity/identity.js';
import { createInbox, type Inbox } from '../../inbox/inbox.js';

const TALK = 'talk' as ChannelName;

export interface EmbeddedTalkParts {
  readonly config: Config;
  readonly sealer: Sealer;
  readonly identity: Identity;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export function usesEmbeddedTalk(config: Pick<Config, 'channels'>): boolean {
  const talk = config.channels.get(TALK) as { readonly kind: string } | undefined;
  return talk?.kind === 'embedded';
}

/** Null when `talk` is not used, or another Talk server is configured. */
export function embeddedTalk(parts: EmbeddedTalkParts): Inbox | null {
  const { config, sealer, identity, directory, clock, chance, log } = parts;
  if (!usesEmbeddedTalk(config)) return null;
  const back = wayBack(config.publicUrl);
  return createInbox({
    file: join(config.dataDir, 'talk.sqlite'),
    botToken: new Secret(sealer.deriveKey('talk/bot-token').reveal().toString('hex')),
    signingKeys: [sealer.deriveKey('talk/signing')],
    callbackUrl: `${loopback(config)}/talk/events`,
    async whoIs(request) {
      const session = await identity.session(identity.cookie.read(request.headers.cookie));
      const subject = session === null ? null : handleOf(directory().approvers.get(session.approver));
      return session === null || subject === null ? null : { subject, csrfToken: session.csrfToken('talk') };
    },
    isUser: (handle) => [...directory().approvers.values()].some((person) => handleOf(person) === handle),
    keepWayBack: (response, path) => back.keep(response, path),
    publicUrl: config.publicUrl,
    clock,
    chance,
    log,
  });
}

/** The address without its workspace: this Talk has only one. */
function handleOf(person: Approver | undefined): string | null {
  const address = person?.addresses.get(TALK);
  return address === undefined ? null : chatAddress(address).subject;
}

/** Where the embedded Talk takes its bot's calls. */
export function embeddedTalkUrl(config: Config): string {
  return `${loopback(config)}/talk/api`;
}

function loopback(config: Config): string {
  return `http://127.0.0.1:${String(config.publicPort)}`;
}
