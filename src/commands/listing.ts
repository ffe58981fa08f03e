/** What the listing verbs share: `<verb> [site] [page 2]`. */
import type { CommandAnswer } from '../contract/commands.js';
import type { Scope, Seen } from '../contract/desk.js';
import { drawn, noSuchSite } from './answers.js';
import { badPage, inPages, pageWanted, type List } from './paging.js';
import type { VerbCall } from './verb.js';

/** Null when the words make no sense. */
export async function listing<T>(
  given: VerbCall,
  verb: string,
  how: { readonly ask: (scope: Scope) => Promise<Seen<T>>; readonly list: (value: T) => List },
): Promise<CommandAnswer | null> {
  const wanted = pageWanted(given.words);
  if (wanted.kind === 'bad') return badPage(wanted.text);
  const { page } = wanted;
  const [site, ...rest] = wanted.words;
  if (rest.length > 0) return null;
  const { call } = given;
  const line = site === undefined ? verb : `${verb} ${site}`;
  return drawn(await how.ask({ actor: call.actor, ...(site === undefined ? {} : { site }) }), {
    seen: (value) => inPages(how.list(value), { call, line, page }),
    unknown: () => noSuchSite(given, site ?? ''),
  });
}
