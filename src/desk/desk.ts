/** The desk: the one door through which chat, page, CLI, producers and our own gate come. One file a group of verbs. */
import type { Desk } from '../contract/desk.js';
import { expire, withdraw } from './close.js';
import { decide } from './decide.js';
import { grant, revoke } from './grants.js';
import { openForProducer } from './open-for-producer.js';
import { open } from './open.js';
import type { DeskParts } from './parts.js';
import { grants, history, pending, show, status } from './questions.js';

export type { DeskParts, FirstAttempts } from './parts.js';

export function createDesk(parts: DeskParts): Desk {
  return {
    open: (knock) => open(parts, knock),
    openForProducer: (knock) => openForProducer(parts, knock),
    decide: (tap) => decide(parts, tap),
    withdraw: (ref) => withdraw(parts, ref),
    expire: () => expire(parts),
    grant: (wish) => grant(parts, wish),
    revoke: (wish) => revoke(parts, wish),
    extend: notBuilt,
    mute: notBuilt,
    unmute: notBuilt,
    who: notBuilt,
    linkCode: notBuilt,
    link: notBuilt,
    unlink: notBuilt,
    deliveries: notBuilt,
    pending: (scope) => pending(parts, scope),
    grants: (scope) => grants(parts, scope),
    history: (scope) => history(parts, scope),
    show: (ref, actor) => show(parts, ref, actor),
    status: (query) => status(parts, query),
  };
}

/** Holds a place in the port for a verb that is being built. */
function notBuilt(): Promise<never> {
  return Promise.reject(new Error('this verb is not built yet'));
}
