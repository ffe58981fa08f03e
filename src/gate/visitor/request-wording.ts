/** What the visitor's page says of a request: how it stands, and what to do. Nobody answering is not a refusal. */
import type { RequestRecord } from '../../approval/request.js';
import type { Line } from './line.js';
import type { Showing } from './reception.js';
import { goOn, later, type Wording } from './wording.js';

export type OfRequest = Extract<Showing, { readonly request: unknown }>;

/**
 * `path`: what this browser asked for. The request's own may be what somebody else behind the same address asked for, and is shown to
 * approvers alone.
 */
export function requestWording(showing: OfRequest, nowMs: number, path: string): Wording {
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
        action: goOn(path, 'Go on'),
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
        action: goOn(path, 'Ask again'),
      };
    case 'expired':
      return unanswered(showing.request, path, later(showing.retryAtMs, nowMs));
    case 'withdrawn':
      return {
        mood: 'quiet',
        title: 'Request withdrawn',
        lines: [
          'Your request was withdrawn before anybody decided. This is not a refusal.',
          ...later(showing.retryAtMs, nowMs),
        ],
        action: goOn(path, 'Ask again'),
      };
    case 'ended':
      return {
        mood: 'quiet',
        title: 'Your access has ended',
        lines: ['You had been let in, and that is over now.', ...later(showing.retryAtMs, nowMs)],
        action: goOn(path, 'Ask again'),
      };
  }
}

function unanswered({ isNobodyReached }: RequestRecord, path: string, again: readonly Line[]): Wording {
  const [title, why] =
    isNobodyReached === true
      ? ['Nobody could be reached', 'no message to the site administrator could be delivered']
      : ['Nobody answered', 'nobody answered in time'];
  const lines = [`Your request has expired: ${why}. This is not a refusal.`, ...again];
  return { mood: 'quiet', title, lines, action: goOn(path, 'Ask again') };
}

/** Every channel failed at first; the cards are tried again for as long as the request lives. */
function unreached({ deadlineAtMs }: RequestRecord): Wording {
  return {
    mood: 'waiting',
    title: 'Nobody could be reached yet',
    lines: [
      'No message to the site administrator could be delivered. This is not a refusal.',
      {
        before: 'It is tried again until ',
        atMs: deadlineAtMs,
        isDated: false,
        after: '. Keep this page open, or tell the administrator yourself.',
      },
    ],
    action: null,
  };
}

/** What the approver wanted the visitor to read. */
function sharedReason({ decision }: RequestRecord): readonly string[] {
  return decision?.denial?.isShared === true ? [`The reason given: ${decision.denial.reason}`] : [];
}
