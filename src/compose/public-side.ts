/** The public plane with its guard, the receivers and the embedded Talk. */
import type { RequestListener } from 'node:http';
import type { Releasers } from '../base/releasers.js';
import type { InboundDoors } from '../contract/inbound.js';
import type { Redriver } from '../http/guard/dead-letters.js';
import { createGuard, type Guard } from '../http/guard/guard.js';
import { createPublicPlane } from '../http/public-plane.js';
import { createCallers } from '../http/receiver/callers.js';
import { PRODUCER_SOURCE, producerRedriver } from '../http/receiver/receiver.js';
import type { LeasedTurns } from '../upkeep/leased-turns.js';
import { embeddedTalk } from './embedded-talk.js';
import { inboundMounts, inboundRedrivers } from './open-channels.js';
import type { Spine } from './spine.js';
import { talkRetention } from './talk-retention.js';

export interface PublicSide {
  readonly plane: RequestListener;
  readonly guard: Guard;
  /** Deletes the embedded Talk's messages when what they show is deleted; null where there is nothing to do. */
  readonly talkRetention: LeasedTurns | null;
  /** How a dead letter of each source is carried out once more. */
  readonly redrivers: ReadonlyMap<string, Redriver>;
}

export function openPublicSide(
  spine: Spine,
  { doors, held }: { readonly doors: InboundDoors; readonly held: Releasers },
): PublicSide {
  const { config, seams, state, sealer, ledger, identity, opened, desk } = spine;
  const { clock, chance, log } = seams;
  const { directory, producerSecrets: proofs } = state;
  const { publicUrl, trustedProxies } = config;
  const talk = config.roles.has('public')
    ? embeddedTalk({ config, sealer, identity, directory, clock, chance, log })
    : null;
  if (talk !== null) held.add('embedded Talk', () => talk.close());
  const guard = createGuard({ ...config, ledger: ledger.deadLetters, sealer, clock, chance, log });
  held.add('dead letters', () => guard.stop());
  const { serviceTokens } = ledger;
  const authenticator = createCallers({ proofs, serviceTokens, trustedProxies, clock, log });
  held.add('callers', () => authenticator.close());
  const mounts = [...inboundMounts(opened, doors, guard), ...(talk === null ? [] : [talk.mount])];
  return {
    plane: createPublicPlane({
      desk,
      identity,
      directory,
      guard,
      authenticator,
      mounts,
      publicUrl,
      clock,
      chance,
      log,
    }),
    guard,
    talkRetention: talk === null ? null : talkRetention(spine, talk),
    redrivers: new Map([
      ...inboundRedrivers(opened, doors),
      [PRODUCER_SOURCE, producerRedriver({ desk, directory, clock })],
    ]),
  };
}
