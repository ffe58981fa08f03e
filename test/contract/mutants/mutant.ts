/**
 * Liars: real channels, each broken in one promise alone. A case that does not catch its mutant proves nothing, and the
 * build fails. What mutants have in common stands here.
 */
import type { Log } from '../../../src/base/process/log.js';
import type { Answer, Notice, Notifier, UpdateNotice } from '../../../src/contract/notifier.js';

export type Mutant = (honest: Notifier, log: Log) => Notifier;

type Verb<N extends Notice> = (notice: N, signal: AbortSignal) => Promise<Answer>;

/** The same notifier with another `notify`. */
export function withNotify(honest: Notifier, notify: Verb<Notice>): Notifier {
  return { ...verbsOf(honest), notify };
}

/** The same notifier with another `update`; one that never updates stays as it is. */
export function withUpdate(honest: Notifier, update: Verb<UpdateNotice>): Notifier {
  const verbs = verbsOf(honest);
  return verbs.updates === 'none' ? verbs : { ...verbs, update };
}

/** The same notifier with another `followUp`; one that edits nothing stays as it is. */
export function withFollowUp(honest: Notifier, followUp: Verb<UpdateNotice>): Notifier {
  const verbs = verbsOf(honest);
  return verbs.updates === 'edit' ? { ...verbs, followUp } : verbs;
}

/** Lies about every answer of `notify`. */
export function answering(lie: (answer: Answer) => Answer): Mutant {
  return (honest) => withNotify(honest, async (notice, signal) => lie(await honest.notify(notice, signal)));
}

/** A copy whose verbs still run on the honest one, however it was built. */
function verbsOf(honest: Notifier): Notifier {
  const notify: Verb<Notice> = (notice, signal) => honest.notify(notice, signal);
  if (honest.updates === 'none') return { updates: 'none', traits: honest.traits, notify };
  const update: Verb<UpdateNotice> = (notice, signal) => honest.update(notice, signal);
  if (honest.updates === 'follow-up') return { updates: 'follow-up', traits: honest.traits, notify, update };
  const followUp: Verb<UpdateNotice> = (notice, signal) => honest.followUp(notice, signal);
  return { updates: 'edit', traits: honest.traits, notify, update, followUp };
}
