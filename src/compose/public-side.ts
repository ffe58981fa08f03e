/** The public plane with its guard, the receivers and the embedded servers. */
import type { RequestListener } from 'node:http';
import type { CleanupStack } from '../base/process/cleanup-stack.js';
import type { InboundHandlers } from '../contract/inbound.js';
import type { Redriver } from '../http/public/guard/dead-letters.js';
import { createGuard, type Guard } from '../http/public/guard/guard.js';
import { createPublicPlane } from '../http/public/public-plane.js';
import { createCallers } from '../http/receiver/callers.js';
import { PRODUCER_SOURCE, producerRedriver } from '../http/receiver/receiver.js';
import type { LeasedTurns } from '../maintenance/leased-turns.js';
import { approversAsked } from './approvers-asked.js';
import { embeddedRetention } from './embedded-retention.js';
import { openEmbedded } from './open-embedded.js';
import { inboundMounts, inboundRedrivers, takesCommands } from './open-channels.js';
import type { Services } from './services.js';

export interface PublicSide {
  readonly plane: RequestListener;
  readonly guard: Guard;
  /** Delete the embedded servers' messages when what they show is deleted. */
  readonly retentions: readonly LeasedTurns[];
  /** How a dead letter of each source is carried out once more. */
  readonly redrivers: ReadonlyMap<string, Redriver>;
}

export async function openPublicSide(
  services: Services,
  { handlers, held }: { readonly handlers: InboundHandlers; readonly held: CleanupStack },
): Promise<PublicSide> {
  const { config, deps, state, encryption, ledger, identity, sessionBook, opened, desk, facts, mails } = services;
  const { clock, random, log } = deps;
  const { directory, producerSecrets: proofs } = state;
  const { publicUrl, adminUrl, trustedProxies } = config;
  const guard = createGuard({ ...config, ledger: ledger.deadLetters, encryption, clock, random, log });
  held.add('dead letters', () => guard.stop());
  const embedded = await Promise.all(
    (config.roles.has('public') ? services.embedded : []).map((one) => openEmbedded(one, { services, guard })),
  );
  for (const { title, server } of embedded) held.add(`embedded ${title}`, () => server.close());
  const { serviceTokens } = ledger;
  const authenticator = createCallers({ proofs, serviceTokens, trustedProxies, clock, log });
  held.add('callers', () => authenticator.close());
  const mounts = [...inboundMounts(opened, handlers, guard), ...embedded.map(({ server }) => server.mount)];
  return {
    plane: createPublicPlane({
      desk,
      identity,
      sessionBook,
      directory,
      guard,
      authenticator,
      endpoints: facts.endpoints,
      mails,
      mounts,
      hasChats: takesCommands(deps.channels, opened),
      approversAsked: approversAsked(ledger, clock),
      publicUrl,
      adminUrl,
      clock,
      random,
      log,
    }),
    guard,
    retentions: embedded.flatMap((one) => embeddedRetention(services, one)),
    redrivers: new Map([
      ...inboundRedrivers(opened, handlers),
      [PRODUCER_SOURCE, producerRedriver({ desk, mails, directory, clock, endpoints: facts.endpoints })],
    ]),
  };
}
