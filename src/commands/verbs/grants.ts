/** `grants`, `grant`, `revoke`: who may pass, by hand. */
import { MAX_LISTED_GRANTS } from '../../approval/listed.js';
import type { Shortened } from '../../approval/policy.js';
import { grantRefusalSentence, shortenedSentences, utcMinute } from '../../approval/sentences.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { ExtendAnswer, GrantAnswer, RevokeAnswer } from '../../contract/desk.js';
import type { GrantRecord } from '../../contract/ledger.js';
import { ambiguous, failed, forbidden, noSuchSite, ok, repeated, unavailable } from '../answers.js';
import { noAddressSentence } from '../no-address.js';
import { listing } from '../listing.js';
import { FOR, PAGE, SITE } from '../parameters.js';
import type { List } from '../paging.js';
import { isoTime } from '../request-data.js';
import { unknownRequest } from './requests.js';
import type { VerbCall } from '../deps.js';
import { defineVerb } from '../verb.js';

export const grantsVerb = defineVerb({
  name: 'grants',
  summary: 'list who may pass, and until when',
  parameters: { site: SITE, page: PAGE },
  examples: [{ site: 'stg.example.org' }],
  run: (args, given) =>
    listing(given, args, { verb: 'grants', ask: (scope) => given.desk.grants(scope), list: grantList }),
});

export const grantVerb = defineVerb({
  name: 'grant',
  summary: 'let an address in without being asked, for as long as the site allows or shorter',
  parameters: {
    address: { kind: 'word', isRequired: true, help: "the visitor's address, IPv4 or IPv6" },
    site: { kind: 'word', isRequired: true, help: "the site's host" },
    for: { ...FOR, shown: '1d' },
  },
  examples: [{ address: '203.0.113.7', site: 'stg.example.org', for: '1d' }],
  async run({ address, site, for: ttlSeconds = null }, given) {
    const answer = await given.desk.grant({ address, site, ttlSeconds, ...given.acting });
    return grantAnswer(given, answer, { address, site });
  },
});

export const revokeVerb = defineVerb({
  name: 'revoke',
  summary: 'end a grant by its number or its request, or all of an address on your sites',
  parameters: {
    what: {
      kind: 'word',
      isRequired: true,
      shown: 'id|address',
      help: "a grant's number, the beginning of its request's id, or an address: then on every site",
      completedBy: 'grant_numbers',
    },
  },
  examples: [{ what: '203.0.113.7' }, { what: '17' }, { what: '4k2m' }],
  async run({ what }, { desk, acting }) {
    return revokeAnswer(await desk.revoke({ what, ...acting }), what);
  },
});

export const extendVerb = defineVerb({
  name: 'extend',
  summary: 'move the end of an approval to so long from now, as far as the site allows',
  parameters: {
    id: {
      kind: 'word',
      isRequired: true,
      help: "the beginning of the request's id, or the grant's number",
      completedBy: 'granted_requests',
    },
    for: { ...FOR, help: "from now, shorter than the site's own time: 30m, 8h, 2d" },
  },
  examples: [{ id: '4k2m', for: '8h' }],
  async run({ id: prefix, for: ttlSeconds = null }, { desk, acting }) {
    const ref = { by: 'prefix', prefix } as const;
    return extendAnswer(await desk.extend({ ref, ttlSeconds, ...acting }), prefix);
  },
});

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
    data: grants.map((grant) => grantData(grant)),
  };
}

function titleOf(listed: number): string {
  if (listed >= MAX_LISTED_GRANTS) return `the ${String(MAX_LISTED_GRANTS)} grants that end first`;
  return listed === 1 ? '1 address may pass' : `${String(listed)} grants`;
}

function grantAnswer(
  given: VerbCall,
  answer: GrantAnswer,
  input: { readonly address: string; readonly site: string },
): CommandAnswer | Promise<CommandAnswer> {
  switch (answer.kind) {
    case 'granted': {
      const { grant } = answer;
      const line = `Granted. ${grant.address} may visit ${grant.site} until ${utcMinute(grant.untilMs)}.`;
      const warning = answer.isProxyAddress === true ? [proxyWarning(grant)] : [];
      return ok([line, ...shortenedSentences(answer.shortened), ...warning], grantData(grant, answer.shortened));
    }
    case 'unchanged':
      return unchanged(answer);
    case 'repeated':
      return repeated();
    case 'unknown_site':
      return noSuchSite(given, input.site);
    case 'bad_address':
      return failed('bad_address', noAddressSentence(input.address));
    case 'forbidden':
      return forbidden(answer.why, grantRefusalSentence(answer.why, 'grant'));
    case 'unavailable':
      return unavailable();
  }
}

function proxyWarning({ id, address }: GrantRecord): string {
  return `Warning: ${address} is this machine's own or a proxy's. Whoever comes through something that hides addresses behind it passes as well. To take it back: revoke ${String(id)}.`;
}

function revokeAnswer(answer: RevokeAnswer, what: string): CommandAnswer {
  switch (answer.kind) {
    case 'revoked': {
      const lines = answer.grants.map(
        ({ id, site, address }) => `Revoked. ${address} may no longer visit ${site} (grant ${String(id)}).`,
      );
      return ok(
        lines,
        answer.grants.map((grant) => grantData(grant)),
      );
    }
    case 'repeated':
      return repeated();
    case 'ambiguous':
      return ambiguous(answer.ids);
    case 'unknown':
      return failed('unknown', `No active grant matches “${what}”. \`grants\` lists their numbers and addresses.`);
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
      return ok([line, ...shortenedSentences(answer.shortened)], grantData(grant, answer.shortened));
    }
    case 'unchanged':
      return unchanged(answer);
    case 'repeated':
      return repeated();
    case 'by_hand': {
      const { id, site, address } = answer.grant;
      return failed(
        'by_hand',
        `Grant ${String(id)} was given without a request. To give it more time: grant ${address.replace(/\/64$/, '')} ${site} for 8h`,
      );
    }
    case 'no_grant':
      return failed('no_grant', 'There is nothing to extend: this request has no live grant.');
    case 'ambiguous':
      return ambiguous(answer.ids);
    case 'unknown':
      return unknownRequest(prefix);
    case 'forbidden':
      return forbidden(answer.why, grantRefusalSentence(answer.why, 'extend'));
    case 'unavailable':
      return unavailable();
  }
}

/** A grant is never shortened, so to ask for less than there is changes nothing; that is no success. */
function unchanged({ grant, shortened }: Extract<GrantAnswer, { kind: 'unchanged' }>): CommandAnswer {
  const until = utcMinute(grant.untilMs);
  const line = `Nothing changed: ${grant.address} may visit ${grant.site} until ${until} already, which is longer. To end it earlier, revoke it.`;
  return failed('unchanged', line, ...shortenedSentences(shortened));
}

function grantData(grant: GrantRecord, shortened?: Shortened): unknown {
  const { id, site, address, grantedBy } = grant;
  const cut = shortened === undefined ? {} : { shortened };
  return { id, site, address, until: isoTime(grant.untilMs), grantedBy, request: grant.requestId, ...cut };
}
