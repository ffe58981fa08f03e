/** The desk: the one door through which chat, page, CLI, producers and our own gate come. One file a group of verbs. */
import { rarely } from '../base/rarely.js';
import type { Desk } from '../contract/desk.js';
import { codesOf } from './accounts/codes.js';
import { link, linkCode } from './accounts/links.js';
import { admit, who } from './accounts/standing.js';
import { accounts, unlink } from './accounts/unlink.js';
import { expire, withdraw } from './close.js';
import { decide } from './decide.js';
import { behindDoor } from './door.js';
import { extend, grant } from './granting/grants.js';
import { mute, unmute } from './granting/mutes.js';
import { revoke } from './granting/revoke.js';
import { openForProducer } from './opening/open-for-producer.js';
import { open } from './opening/open.js';
import type { DeskParts, DeskSeams } from './parts.js';
import { deliveries, grants, history, pending, show, status } from './questions.js';
import { refusalRows } from './refusals/refusal-rows.js';

/** Often enough for whoever watches the log, rare enough to read it. */
const OUTAGE_TOLD_EVERY_MS = 10_000;

export type { DeskSeams, FirstAttempts } from './parts.js';

export function createDesk(seams: DeskSeams): Desk {
  const { clock, log } = seams;
  const outage = rarely({
    clock,
    everyMs: OUTAGE_TOLD_EVERY_MS,
    tell: (verb, times) => {
      log.warn('the ledger is unavailable', { verb, times });
    },
  });
  const parts: DeskParts = { ...seams, outage, refusals: refusalRows(seams), codes: codesOf(clock) };
  const asked = {
    who: behindDoor(parts, 'who', who),
    show: behindDoor(parts, 'show', show),
    deliveries: behindDoor(parts, 'show', deliveries),
  };
  return {
    open: (knock) => open(parts, knock),
    openForProducer: (knock) => openForProducer(parts, knock),
    withdraw: (ref) => withdraw(parts, ref),
    expire: () => expire(parts),
    link: (wish) => link(parts, wish),
    status: (query) => status(parts, query),

    decide: behindDoor(parts, (tap) => tap.verdict, decide),
    grant: behindDoor(parts, 'grant', grant),
    revoke: behindDoor(parts, 'revoke', revoke),
    extend: behindDoor(parts, 'extend', extend),
    mute: behindDoor(parts, 'mute', mute),
    unmute: behindDoor(parts, 'unmute', unmute),
    linkCode: behindDoor(parts, 'link', linkCode),
    unlink: behindDoor(parts, 'unlink', unlink),
    admit: behindDoor(parts, (wish) => wish.errand, admit),
    accounts: behindDoor(parts, 'accounts', accounts),
    pending: behindDoor(parts, 'pending', pending),
    grants: behindDoor(parts, 'grants', grants),
    history: behindDoor(parts, 'history', history),
    who: (actor) => asked.who({ actor }),
    show: (ref, actor) => asked.show({ ref, actor }),
    deliveries: (ref, actor) => asked.deliveries({ ref, actor }),
  };
}
