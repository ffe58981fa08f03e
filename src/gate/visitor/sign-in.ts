/**
 * Signing in at a protected site: `sign-in` sends the browser to the auth host, and `signed-in` is where it comes back. Both are pages to
 * go to, and neither exists at a site that does not use them. A HEAD changes nothing, as everywhere.
 */
import { RESERVED, SIGN_IN, type SIGNED_IN } from '../../approval/reserved-paths.js';
import type { Site } from '../../approval/site.js';
import { isByPerson } from '../../base/net/by-person.js';
import { networkOf } from '../../base/net/network-of.js';
import { originOfHost } from '../../base/net/origin-of-host.js';
import { headerLines } from '../../base/net/raw-headers.js';
import type { Call as Asking } from '../check/asked.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { AtOrigin, HandoffAtOrigin } from '../../contract/handoff.js';
import { purposeOf } from './fetch-metadata.js';
import { isAhead } from './navigation.js';
import { QUIET_HEADERS, type Refusal } from './page-answer.js';
import type { Showing } from './reception.js';
import { pathToKeep, returnPath } from './return-path.js';

const BACK = 'back';

export interface SignInPagesDeps {
  readonly handoff: HandoffAtOrigin;
  /** Of the auth host: sites have its scheme. */
  readonly publicUrl: string;
}

interface SignInCall extends Asking {
  readonly site: Site;
  /** As it was sent. */
  readonly host: string;
  /** Canonical and whole. */
  readonly address: string;
}

/** What is shown instead of going on, and with which status. */
interface SignInTrouble {
  readonly showing: Showing;
  readonly status: Refusal;
}

export interface SignInPages {
  /** Null: the browser was sent on. */
  answer(page: typeof SIGN_IN | typeof SIGNED_IN, call: SignInCall): Promise<SignInTrouble | null>;
}

export function signInPages({ handoff, publicUrl }: SignInPagesDeps): SignInPages {
  const { protocol } = new URL(publicUrl);

  async function begin(call: SignInCall, at: AtOrigin): Promise<SignInTrouble | null> {
    const back = backIn(queryOf(call));
    // another site's script may not use up what a network has: the page there has the way in, for whoever wants it
    if (!isWanted(call)) return goOn(call, back, []);
    const begun = await handoff.begin(at, { back });
    return begun.kind === 'too_many' ? TOO_OFTEN : goOn(call, begun.url, begun.cookies);
  }

  async function finish(call: SignInCall, at: AtOrigin): Promise<SignInTrouble | null> {
    const query = queryOf(call);
    const [code, state, iss] = ['code', 'state', 'iss'].map((name) => onlyOne(query, name));
    const { site, address } = call;
    const redeemed = await handoff.redeem(at, { code, state, iss, site: site.key, address });
    if (redeemed.kind === 'too_many') return TOO_OFTEN;
    if (redeemed.kind === 'redeemed') return goOn(call, redeemed.back, redeemed.cookies);
    call.response.setHeader('set-cookie', redeemed.cookies);
    return { showing: { kind: 'not_signed_in' }, status: 403 };
  }

  return {
    async answer(page, call) {
      const origin = originOfHost(protocol, call.host);
      if (origin === null) return { showing: { kind: 'not_found' }, status: 404 };
      if (call.request.method === 'HEAD') return { showing: { kind: 'not_allowed' }, status: 405 };
      if (!isTopLevel(call)) return { showing: { kind: 'closed' }, status: 403 };
      const at = { origin, cookies: call.request.headers.cookie, network: networkOf(call.address) };
      try {
        return await (page === SIGN_IN ? begin(call, at) : finish(call, at));
      } catch (error) {
        if (!isLedgerUnavailable(error)) throw error;
        return { showing: { kind: 'unavailable' }, status: 503 };
      }
    },
  };
}

const TOO_OFTEN: SignInTrouble = { showing: { kind: 'too_often' }, status: 429 };

function goOn({ response }: SignInCall, location: string, cookies: readonly string[]): null {
  response.writeHead(303, { ...QUIET_HEADERS, location, 'set-cookie': [...cookies], 'content-length': 0 }).end();
  return null;
}

function queryOf({ question }: SignInCall): URLSearchParams {
  const [, query = ''] = question.rest.split(/\?(.*)/s);
  return new URLSearchParams(query);
}

function onlyOne(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  return more.length === 0 ? value : undefined;
}

/**
 * Where to go on afterwards: a path of this very host, and none of ours, however it is spelled. As a URL writes it, in ASCII: it goes
 * into a header, which takes no other letters.
 */
function backIn(query: URLSearchParams): string {
  const { pathname, search, hash } = new URL(returnPath(onlyOne(query, BACK) ?? '/'), 'http://here.invalid');
  return `${pathname}/`.startsWith(RESERVED) ? '/' : pathToKeep(`${pathname}${search}${hash}`);
}

function isWanted({ request: { rawHeaders: raw } }: SignInCall): boolean {
  return isByPerson(headerLines(raw, 'sec-fetch-site'), headerLines(raw, 'sec-fetch-user'));
}

/** Somebody looks at it: no part of a page, no script's call, and nothing that a browser loads before it is wanted. */
function isTopLevel({ request: { rawHeaders: raw } }: SignInCall): boolean {
  const purpose = purposeOf(raw);
  return (purpose === 'navigation' || purpose === 'untold') && !isAhead(raw);
}
