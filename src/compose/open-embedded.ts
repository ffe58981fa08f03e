/** Opens an embedded server: what it is told of the people who read there, and the guard before its calls. */
import { join } from 'node:path';
import type { ChannelName } from '../approval/brand.js';
import { chatAddress } from '../approval/chat-address.js';
import { isWithASecond } from '../approval/signed-in-by.js';
import type { Approver } from '../approval/site.js';
import type { EmbeddedReader, EmbeddedServer } from '../contract/embedded-server.js';
import type { Guard } from '../http/public/guard/guard.js';
import { wayBack } from '../http/shared/way-back.js';
import { loopbackUrl, type Embedded } from './embedded-servers.js';
import type { Services } from './services.js';

export interface RunningEmbedded extends Embedded {
  readonly server: EmbeddedServer;
}

/** The caller closes it. */
export async function openEmbedded(
  embedded: Embedded,
  { services, guard }: { readonly services: Services; readonly guard: Pick<Guard, 'arrive'> },
): Promise<RunningEmbedded> {
  const { config, encryption, deps, state } = services;
  const { clock, random, log } = deps;
  const { channel, entry } = embedded;
  const approvers = (): readonly Approver[] => [...state.directory().approvers.values()];
  // its bearer is a secret as a whole, so that a dead letter quotes nothing of it
  const source = { source: `${channel}_api`, quoted: { whole: [], cut: [] } } as const;
  const back = wayBack(config.publicUrl);
  const loaded = await entry.load();
  const server = loaded.open({
    file: join(config.dataDir, entry.file),
    publicUrl: config.publicUrl,
    loopbackUrl: loopbackUrl(config),
    deriveKey: (purpose) => encryption.deriveKey(purpose),
    readerOf: (request) => readerOf(request.headers.cookie, { channel, services }),
    isReader: (subject) => approvers().some((person) => subjectOf(person, channel) === subject),
    arrive: (request, response, isKnown) => guard.arrive({ ...source, isKnown }, request, response),
    keepWayBack: (response, path) => {
      back.keep(response, path);
    },
    clock,
    random,
    log,
  });
  return { ...embedded, server };
}

async function readerOf(
  cookie: string | undefined,
  { channel, services }: { readonly channel: ChannelName; readonly services: Pick<Services, 'identity' | 'state'> },
): Promise<EmbeddedReader | null> {
  const { sessions } = services.identity;
  const session = await sessions.find(sessions.cookie.read(cookie));
  const approver = session?.account.approver ?? null;
  const person = approver === null ? undefined : services.state.directory().approvers.get(approver);
  const subject = subjectOf(person, channel);
  if (session === null || subject === null) return null;
  return {
    subject,
    isWithASecond: isWithASecond(session.signedInBy),
    csrfToken: (purpose) => session.csrfToken(purpose),
  };
}

/** The address without its workspace: an embedded server has only one. */
function subjectOf(person: Approver | undefined, channel: ChannelName): string | null {
  const address = person?.addresses.get(channel);
  return address === undefined ? null : chatAddress(address).subject;
}
