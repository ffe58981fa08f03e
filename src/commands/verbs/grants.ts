/** `grants`, `grant`, `revoke`: who may pass, by hand. */
import { MAX_LISTED_GRANTS } from '../../approval/listed.js';
import { utcMinute } from '../../approval/sentences.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { ExtendAnswer, GrantAnswer, RevokeAnswer } from '../../contract/desk.js';
import type { GrantRecord } from '../../contract/ledger.js';
import { ambiguous, badDuration, failed, forbidden, noSuchSite, ok, repeated, unavailable } from '../answers.js';
import { listing } from '../listing.js';
import { optionalDuration } from '../optional-duration.js';
import type { List } from '../paging.js';
import { isoTime } from '../request-data.js';
import { unknownRequest } from './requests.js';
import type { Verb, VerbCall } from '../verb.js';

export const grantsVerb = {
  name: 'grants',
  usage: 'grants [site]',
  summary: 'Lists who may pass, and until when.',
  example: 'grants stg.example.org',
  run: (given) => listing(given, 'grants', { ask: (scope) => given.desk.grants(scope), list: grantList }),
} as const satisfies Verb;

export const grantVerb = {
  name: 'grant',
  usage: 'grant <address> <site> [for 1d]',
  summary: 'Lets an address in without being asked, for as long as the site allows or shorter.',
  example: 'grant 203.0.113.7 stg.example.org for 1d',
  async run(given) {
    const timed = optionalDuration(given.words);
    if (timed.kind === 'bad') return badDuration(timed.text);
    const [address, site, ...rest] = timed.words;
    if (address === undefined || site === undefined || rest.length > 0) return null;
    const { actor, surface, tapId } = given.call;
    const answer = await given.desk.grant({ address, site, ttlSeconds: timed.ttlSeconds, actor, surface, tapId });
    return grantAnswer(given, answer, { address, site });
  },
} as const satisfies Verb;

export const revokeVerb = {
  name: 'revoke',
  usage: 'revoke <id|address>',
  summary: 'Ends a grant by its number or its request, or all of an address on your sites.',
  example: 'revoke 203.0.113.7',
  async run({ words, desk, call }) {
    const [what, ...rest] = words;
    if (what === undefined || rest.length > 0) return null;
    const { actor, surface, tapId } = call;
    return revokeAnswer(await desk.revoke({ what, actor, surface, tapId }), what);
  },
} as const satisfies Verb;

export const extendVerb = {
  name: 'extend',
  usage: 'extend <id> [for 8h]',
  summary: 'Moves the end of an approval to so long from now, as far as the site allows.',
  example: 'extend 4k2m for 8h',
  async run({ words, desk, call }) {
    const timed = optionalDuration(words);
    if (timed.kind === 'bad') return badDuration(timed.text);
    const [prefix, ...rest] = timed.words;
    if (prefix === undefined || rest.length > 0) return null;
    const { actor, surface, tapId } = call;
    const ref = { by: 'prefix', prefix } as const;
    return extendAnswer(await desk.extend({ ref, ttlSeconds: timed.ttlSeconds, actor, surface, tapId }), prefix);
  },
} as const satisfies Verb;

function grantList(grants: readonly GrantRecord[]): List {
  return {
    title: titleOf(grants.length),
    columns: ['grant', 'site', 'address', 'until', 'granted by'],
    rows: grants.map((grant) => [
      String(grant.id),
      grant.site,
      grant.address,
      utcMinute(grant.untilMs),
      grant.grantedBy,
    ]),
    empty: 'Nobody has been granted anything.',
    data: grants.map(grantData),
  };
}

function titleOf(listed: number): string {
  if (listed >= MAX_LISTED_GRANTS) return `the ${String(MAX_LISTED_GRANTS)} grants that end first`;
  return listed === 1 ? '1 address may pass' : `${String(listed)} grants`;
}

function grantAnswer(
  given: VerbCall,
  answer: GrantAnswer,
  wish: { readonly address: string; readonly site: string },
): CommandAnswer | Promise<CommandAnswer> {
  switch (answer.kind) {
    case 'granted': {
      const { grant } = answer;
      const line = `Granted. ${grant.address} may visit ${grant.site} until ${utcMinute(grant.untilMs)}.`;
      return ok([line], grantData(grant));
    }
    case 'repeated':
      return repeated();
    case 'unknown_site':
      return noSuchSite(given, wish.site);
    case 'bad_address':
      return failed('bad_address', `“${wish.address}” is no address. Write one like 203.0.113.7 or 2001:db8:1:2::7.`);
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
}

function revokeAnswer(answer: RevokeAnswer, what: string): CommandAnswer {
  switch (answer.kind) {
    case 'revoked': {
      const lines = answer.grants.map(
        ({ id, site, address }) => `Revoked. ${address} may no longer visit ${site} (grant ${String(id)}).`,
      );
      return ok(lines, answer.grants.map(grantData));
    }
    case 'repeated':
      return repeated();
    case 'ambiguous':
      return ambiguous(answer.ids);
    case 'unknown':
      return failed(
        'unknown',
        `No grant that lives is called “${what}”. \`grants\` lists their numbers and addresses.`,
      );
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
}

function extendAnswer(answer: ExtendAnswer, prefix: string): CommandAnswer {
  switch (answer.kind) {
    case 'extended': {
      const { grant } = answer;
      const line = `Extended. ${grant.address} may visit ${grant.site} until ${utcMinute(grant.untilMs)}.`;
      return ok([line], grantData(grant));
    }
    case 'repeated':
      return repeated();
    case 'no_grant':
      return failed('no_grant', 'There is nothing to extend: this request has no grant that lives.');
    case 'ambiguous':
      return ambiguous(answer.ids);
    case 'unknown':
      return unknownRequest(prefix);
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
}

function grantData(grant: GrantRecord): unknown {
  const { id, site, address, grantedBy } = grant;
  return { id, site, address, until: isoTime(grant.untilMs), grantedBy, request: grant.requestId };
}
