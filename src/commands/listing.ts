/** What the verbs that list share: of one site or of all, and page by page. */
import type { CommandAnswer, CommandArgs } from '../contract/commands.js';
import type { Scope, Seen } from '../contract/desk.js';
import { drawn, noSuchSite } from './answers.js';
import type { VerbCall } from './deps.js';
import { inPages, type List } from './paging.js';

interface ListingArgs {
  readonly site: string | undefined;
  readonly page: number | undefined;
}

export async function listing<T>(
  given: VerbCall,
  { site, page }: ListingArgs,
  how: {
    readonly verb: string;
    readonly ask: (scope: Scope) => Promise<Seen<T>>;
    readonly list: (value: T) => List;
  },
): Promise<CommandAnswer> {
  const { actor, surface } = given.acting;
  const args: CommandArgs = site === undefined ? {} : { site };
  return drawn(await how.ask({ actor, ...args }), {
    seen: (value) => inPages(how.list(value), { verb: how.verb, args, page, surface }),
    unknown: () => noSuchSite(given, site ?? ''),
  });
}
