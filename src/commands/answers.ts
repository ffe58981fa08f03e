/** The shapes of answers, and those answers that several verbs give. */
import { ambiguousSentence, refusalSentence, UNAVAILABLE_SENTENCE } from '../approval/sentences.js';
import { never } from '../base/process/never.js';
import type { CommandAnswer } from '../contract/commands.js';
import type { ForbiddenWhy, Seen } from '../contract/desk.js';
import { nearest } from '../base/text/nearest.js';
import type { VerbCall } from './deps.js';

export function ok(lines: readonly string[], data: unknown): CommandAnswer {
  return { kind: 'text', isOk: true, lines, data };
}

/** `error` is a short stable code for machines. */
export function failed(error: string, ...lines: readonly string[]): CommandAnswer {
  return { kind: 'text', isOk: false, lines, data: { error } };
}

export function forbidden(why: ForbiddenWhy, sentence: string = refusalSentence(why)): CommandAnswer {
  return { kind: 'text', isOk: false, lines: [sentence], data: { error: 'forbidden', why } };
}

export function unavailable(): CommandAnswer {
  return failed('unavailable', UNAVAILABLE_SENTENCE);
}

/** The same call came again. It counts as success, because what it asked for is done. */
export function repeated(): CommandAnswer {
  return ok(['This was carried out already.'], { repeated: true });
}

export function ambiguous(ids: readonly string[]): CommandAnswer {
  return { kind: 'text', isOk: false, lines: [ambiguousSentence(ids)], data: { error: 'ambiguous', ids } };
}

export function badDuration(text: string): CommandAnswer {
  return failed('bad_duration', `“${text}” is no duration. Write 30m, 8h or 7d.`);
}

/** Suggests a similar site, but only among those that the actor may know. */
export async function noSuchSite({ acting, desk, directory }: VerbCall, name: string): Promise<CommandAnswer> {
  if (name.includes('*'))
    return failed('unknown_site', `“${name}” stands for many hosts, and a grant is for one: write that host.`);
  const whoami = await desk.who(acting.actor);
  const sites = whoami.kind === 'seen' ? whoami.value.sites : [];
  const near = nearest(
    name,
    sites.flatMap((key) => directory().siteOf(key)?.domains ?? []),
  );
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  return failed('unknown_site', `No site is called “${name}”.${hint}`);
}

/** Draws a request that was found. Other outcomes have the same words for every verb; the verb itself gives those of `unknown`. */
export async function drawn<T>(
  answer: Seen<T>,
  draw: {
    readonly seen: (value: T) => CommandAnswer | Promise<CommandAnswer>;
    readonly unknown: () => CommandAnswer | Promise<CommandAnswer>;
  },
): Promise<CommandAnswer> {
  switch (answer.kind) {
    case 'seen':
      return draw.seen(answer.value);
    case 'unknown':
      return draw.unknown();
    case 'ambiguous':
      return ambiguous(answer.ids);
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
  return never(answer);
}
