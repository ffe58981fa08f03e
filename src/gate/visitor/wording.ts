/** What the visitor's page says in each state: what is the case, and what to do. Nobody answering is not a refusal. */
import type { RequestRecord } from '../../approval/request.js';
import { never } from '../../base/never.js';
import type { Showing } from './reception.js';
import { returnPath } from './return-path.js';

export type Mood = 'waiting' | 'good' | 'bad' | 'quiet';

export interface Wording {
  readonly mood: Mood;
  readonly title: string;
  readonly lines: readonly string[];
  /** A link to follow, where there is something to do. */
  readonly action: { readonly label: string; readonly href: string } | null;
}

const MINUTE_MS = 60_000;

export function wordingOf(showing: Showing, nowMs: number): Wording {
  if ('request' in showing) return ofRequest(showing, nowMs);
  if (showing.kind === 'muted') return muted(showing.untilMs, nowMs);
  if (showing.kind !== 'deferred') return shut(showing.kind);
  const lines = ['No request was sent now: too many are waiting, or you have asked a moment ago.'];
  return { mood: 'quiet', title: 'Deferred', lines: [...lines, ...later(showing.retryAtMs, nowMs)], action: null };
}

function ofRequest(showing: OfRequest, nowMs: number): Wording {
  switch (showing.kind) {
    case 'pending':
      if (showing.request.isNobodyReached === true) return unreached(showing.request);
      return {
        mood: 'waiting',
        title: 'Access pending',
        lines: [
          'An approval request has been sent to the site administrator.',
          'Keep this page open: it goes on by itself as soon as somebody approves.',
        ],
        action: null,
      };
    case 'open':
      return {
        mood: 'good',
        title: 'You may come in',
        lines: ['Your request was approved.'],
        action: goOn(showing.request.path, 'Go on'),
      };
    case 'denied':
      return {
        mood: 'bad',
        title: 'Access denied',
        lines: [
          'Your request was refused by the site administrator.',
          ...sharedReason(showing.request),
          ...later(showing.retryAtMs, nowMs),
        ],
        action: null,
      };
    case 'expired':
      return {
        mood: 'quiet',
        title: showing.request.isNobodyReached === true ? 'Nobody could be reached' : 'Nobody answered',
        lines: [
          showing.request.isNobodyReached === true
            ? 'Your request has expired: no message to the site administrator could be delivered. This is not a refusal.'
            : 'Your request has expired: nobody answered in time. This is not a refusal.',
          ...later(showing.retryAtMs, nowMs),
        ],
        action: goOn(showing.request.path, 'Ask again'),
      };
    case 'withdrawn':
      return {
        mood: 'quiet',
        title: 'Request withdrawn',
        lines: [
          'Your request was withdrawn before anybody decided. This is not a refusal.',
          ...later(showing.retryAtMs, nowMs),
        ],
        action: goOn(showing.request.path, 'Ask again'),
      };
    case 'ended':
      return {
        mood: 'quiet',
        title: 'Your access has ended',
        lines: ['You had been let in, and that is over now.', ...later(showing.retryAtMs, nowMs)],
        action: goOn(showing.request.path, 'Ask again'),
      };
  }
}

/** Every channel failed at first; the cards are tried again for as long as the request lives. */
function unreached({ deadlineAtMs }: RequestRecord): Wording {
  return {
    mood: 'waiting',
    title: 'Nobody could be reached yet',
    lines: [
      'No message to the site administrator could be delivered. This is not a refusal.',
      `It is tried again until ${timeOfDay(deadlineAtMs)} UTC. Keep this page open, or tell the administrator yourself.`,
    ],
    action: null,
  };
}

/** Nobody is asked: an approver wants no requests from here for a while. */
function muted(untilMs: number, nowMs: number): Wording {
  const lines = ['Its approvers take no requests at this time. No request was sent.', ...later(untilMs, nowMs)];
  return { mood: 'quiet', title: 'Not taking requests', lines, action: null };
}

/** What the approver wanted the visitor to read. */
function sharedReason({ decision }: RequestRecord): readonly string[] {
  return decision?.denial?.isShared === true ? [`The reason given: ${decision.denial.reason}`] : [];
}

type OfRequest = Extract<Showing, { readonly request: unknown }>;
type ShutKind = Exclude<Showing, OfRequest | { readonly kind: 'deferred' | 'muted' }>['kind'];

/** Where there is no request to tell of. */
function shut(kind: ShutKind): Wording {
  const quiet = (title: string, ...lines: string[]): Wording => ({ mood: 'quiet', title, lines, action: null });
  switch (kind) {
    case 'closed':
      return quiet('This site is closed', 'Open it in a browser to ask for access. No request was sent.');
    case 'outside':
      return quiet(
        'Not available where you are',
        'This site takes requests from some countries only. No request was sent.',
      );
    case 'unknown_host':
      return quiet('No such site', 'Nothing is served under this name.');
    case 'unknown_address':
      return quiet(
        'Who is asking?',
        'Your address could not be read, so nobody can let you in.',
        'This is a fault of the site: its administrator can mend it.',
      );
    case 'unknown_request':
      return {
        ...quiet('No such request', 'There is no request of yours by this name.'),
        action: goOn('/', 'Go to the site'),
      };
    case 'unavailable':
      return quiet('Please try again', 'Requests cannot be taken at this moment. Reload the page in a minute.');
    default:
      return never(kind);
  }
}

function goOn(path: string, label: string): Wording['action'] {
  return { label, href: returnPath(path) };
}

/** `You can ask again after 14:30 UTC (in 4 min).` */
function later(atMs: number | null, nowMs: number): readonly string[] {
  if (atMs === null || atMs <= nowMs) return [];
  const minutes = Math.ceil((atMs - nowMs) / MINUTE_MS);
  return [`You can ask again after ${timeOfDay(atMs)} UTC (in ${String(minutes)} min).`];
}

/** Rounded up, so that who comes at that minute does not come too early. */
function timeOfDay(atMs: number): string {
  return new Date(Math.ceil(atMs / MINUTE_MS) * MINUTE_MS).toISOString().slice(11, 16);
}
