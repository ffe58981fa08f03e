/** The embedded Talk in the gate's process: it and its bot derive the same two secrets from `GATE_SECRET`, and speak over loopback. */
import { Secret } from '../src/base/crypto/secret.js';
import type { EmbeddedDeps, EmbeddedServer } from '../src/contract/embedded-server.js';
import { createInbox } from './inbox.js';

export function openEmbeddedTalk(deps: EmbeddedDeps): EmbeddedServer {
  const { file, publicUrl, loopbackUrl, clock, random, log } = deps;
  return createInbox({
    file,
    botToken: new Secret(deps.deriveKey('talk/bot-token').reveal().toString('hex')),
    signingKeys: [deps.deriveKey('talk/signing')],
    callbackUrl: `${loopbackUrl}/talk/events`,
    async whoIs(request) {
      const reader = await deps.readerOf(request);
      if (reader === null) return null;
      const { subject, isWithASecond } = reader;
      return { subject, isWithASecond, csrfToken: reader.csrfToken('talk') };
    },
    isUser: (handle) => deps.isReader(handle),
    arrive: (request, response, isKnown) => deps.arrive(request, response, isKnown),
    keepWayBack: (response, path) => {
      deps.keepWayBack(response, path);
    },
    publicUrl,
    clock,
    random,
    log,
  });
}
