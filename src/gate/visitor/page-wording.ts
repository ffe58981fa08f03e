/** What the visitor's page says in each state: what is the case, and what to do. */
import { RESERVED } from '../../approval/reserved-paths.js';
import { never } from '../../base/process/never.js';
import {
  noSuchSite,
  noVisitor,
  silentProxy,
  unnamedCheck,
  unreadAddress,
  untrustedProxy,
} from './operators-wording.js';
import type { Showing } from './reception.js';
import { requestWording, type OfRequest } from './request-wording.js';
import { askUrl, signInUrl } from './return-path.js';
import { retryAtMsOf, retrySecondsOf } from './retry.js';
import { goOn, later, quiet, type Wording } from './wording.js';

/** `path`: what this browser asked for first. */
export function pageWording(showing: Showing, nowMs: number, path: string): Wording {
  if ('request' in showing) return requestWording(showing, nowMs, path);
  if (showing.kind === 'unavailable' && showing.isStorageAtFault === true) return unstored(path);
  const { kind } = showing;
  if (kind === 'deferred' || kind === 'muted') return turnedAway(showing, nowMs, path);
  if (kind === 'untrusted_proxy') return untrustedProxy(showing.peer);
  if (kind === 'address_of_a_proxy' || kind === 'address_of_nobody') return noVisitor(kind, showing.address);
  if (kind === 'unknown_host') return noSuchSite(showing.isNameUnknown === true);
  if (kind === 'choose') return choice(path);
  return kind === 'moved' ? moved(path) : shut(kind, path);
}

/** Nobody was asked, and may be later: the page comes again by itself then. */
function turnedAway(showing: TurnedAway, nowMs: number, path: string): Wording {
  const action = goOn(path, 'Ask again');
  const isSoon = retrySecondsOf(showing, nowMs) !== null;
  const again = [
    ...later(retryAtMsOf(showing), nowMs),
    ...(isSoon ? ['Keep this page open: it asks again by itself then.'] : []),
  ];
  if (showing.kind === 'muted') {
    const lines = ['Its approvers take no requests at this time. No request was sent.', ...again];
    return { mood: 'quiet', title: 'Not taking requests', lines, action };
  }
  const lines = ['No request was sent now: too many are waiting, or you have asked a moment ago.', ...again];
  return { mood: 'quiet', title: 'Deferred', lines, action };
}

/** For whoever may be expected there, and for whoever is not. */
function choice(path: string): Wording {
  return {
    mood: 'quiet',
    title: 'This site is closed',
    lines: [
      'If you have an account, sign in: whoever is expected here goes straight in.',
      'Otherwise ask for access, and the site administrator decides. No request was sent yet.',
    ],
    action: { label: 'Sign in', href: signInUrl(path) },
    other: { label: 'Ask for access', href: askUrl(path) },
  };
}

/** A request counts for the address that it was made from. */
function moved(path: string): Wording {
  return {
    mood: 'waiting',
    title: 'Your address has changed',
    lines: [
      'Access is given to one address, and your request was made from another one than you have now.',
      'This page asks again, for the new address. The earlier request stays open until it is answered or expires.',
    ],
    action: goOn(path, 'Ask again now'),
  };
}

/** Waiting does not mend it, and the visitor may be the first to notice. */
function unstored(path: string): Wording {
  return {
    mood: 'quiet',
    title: 'Requests cannot be stored',
    lines: [
      'No request was sent: the gate of this site has no room left to write it down, or may not. This is not a refusal.',
      'Tell the administrator of the site, and reload the page later. Whoever had access before still has it.',
    ],
    action: goOn(path, 'Ask again'),
  };
}

type TurnedAway = Extract<Showing, { readonly kind: 'deferred' | 'muted' }>;
type OwnWords = {
  readonly kind: 'moved' | 'choose' | 'unknown_host' | 'untrusted_proxy' | 'address_of_a_proxy' | 'address_of_nobody';
};
type ShutKind = Exclude<Showing, OfRequest | TurnedAway | OwnWords>['kind'];

/** Where there is no request to tell of. */
function shut(kind: ShutKind, path: string): Wording {
  switch (kind) {
    case 'closed':
      return {
        ...quiet('This site is closed', 'Open it in a browser to ask for access. No request was sent.'),
        action: goOn(path, 'Ask for access'),
      };
    case 'outside':
      return quiet(
        'Not available where you are',
        'This site takes requests from some countries only. No request was sent.',
      );
    case 'unknown_address':
      return unreadAddress();
    case 'silent_proxy':
      return silentProxy();
    case 'unnamed':
      return unnamedCheck();
    case 'unclear':
      return quiet(
        'This address cannot be read',
        'What was asked for can be understood in two ways, so nobody is let in by it. Write the address without "." and ".." parts.',
      );
    case 'unknown_request':
      return {
        ...quiet('No such request', 'There is no request of yours by this name.'),
        action: goOn('/', 'Go to the site'),
      };
    case 'not_found':
      return {
        ...quiet('There is nothing here', 'The address may be mistyped, or what was here is over.'),
        action: goOn('/', 'Go to the site'),
      };
    case 'not_allowed':
      return quiet('Not taken', 'This address can only be read. Nothing changed.');
    case 'busy':
      return quiet(
        'Too many open pages',
        'Your address has as many open streams as it may. Ask for the status instead.',
      );
    case 'not_signed_in':
      return {
        ...quiet(
          'Not signed in',
          'Signing in was begun in another browser, took longer than 10 minutes, or was finished before. Nothing changed.',
        ),
        action: { label: 'Sign in', href: `${RESERVED}sign-in` },
      };
    case 'too_often':
      return quiet(
        'Too many sign-ins',
        'Many sign-ins were begun from where you are. Nothing changed. Come back in an hour.',
      );
    case 'unavailable':
      return quiet('Please try again', 'Requests cannot be taken at this moment. Reload the page in a minute.');
    default:
      return never(kind);
  }
}
