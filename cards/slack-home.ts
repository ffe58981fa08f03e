/** The home tab: what waits for one approver, and what it let in that still lives. Drawn for that person alone. Pure. */
import type { ChannelMay } from '../src/approval/site.js';
import type { RequestRecord } from '../src/approval/request.js';
import { durationInWords } from '../src/approval/duration.js';
import { fit } from '../src/base/text/fit.js';
import { bold, dated, lines, plain, words } from './slack-blocks.js';
import type { Block, Button } from './slack-blocks.js';
import { decisionButtons, hostLine, revokeButton, SLACK_ACTIONS } from './slack.js';

export interface SlackHome {
  readonly type: 'home';
  readonly blocks: readonly Block[];
}

export interface HomeRequest {
  readonly request: Pick<
    RequestRecord,
    'id' | 'host' | 'environment' | 'path' | 'country' | 'browser' | 'person' | 'deadlineAtMs'
  > & { readonly address: string };
  readonly may: ChannelMay;
  /** As on a card: shortest first, the last being what Approve promises; empty where no grant is written. */
  readonly ttlsSeconds: readonly number[];
}

export interface HomeGrant {
  readonly id: number;
  readonly site: string;
  readonly address: string;
  readonly untilMs: number;
  readonly grantedBy: string;
}

export interface HomeView {
  /** What the last tap here came to; null when nothing was tapped. */
  readonly notice: string | null;
  readonly pending: readonly HomeRequest[];
  /** As many as the tab shows, and one more where there are more. */
  readonly grants: readonly HomeGrant[];
  /** Where the same can be done in a browser. */
  readonly publicUrl: string;
}

/** Slack takes 100 blocks a view: four a request, one a grant, and some words of ours. */
const MAX_REQUESTS = 15;
export const MAX_HOME_GRANTS = 30;
const MAX_FACT_CODE_POINTS = 120;
const MAX_SENTENCE_CODE_POINTS = 300;

export function slackHome(home: HomeView): SlackHome {
  const open: Button = {
    type: 'button',
    action_id: SLACK_ACTIONS.open,
    text: plain('Open Koder Gate'),
    url: home.publicUrl,
  };
  return {
    type: 'home',
    blocks: [
      ...(home.notice === null ? [] : [lines([bold(fit(home.notice, MAX_SENTENCE_CODE_POINTS))])]),
      { type: 'header', text: plain('Waiting for you') },
      ...(home.pending.length === 0 ? [lines([words('Nobody is waiting.')])] : []),
      ...home.pending.slice(0, MAX_REQUESTS).flatMap(requestBlocks),
      ...(home.pending.length > MAX_REQUESTS
        ? [behind(`${String(home.pending.length - MAX_REQUESTS)} more: /gate pending`)]
        : []),
      { type: 'header', text: plain('May pass now') },
      ...(home.grants.length === 0 ? [lines([words('No visitor has a grant.')])] : []),
      ...home.grants.slice(0, MAX_HOME_GRANTS).map(grantBlock),
      ...(home.grants.length > MAX_HOME_GRANTS ? [behind('more: /gate grants')] : []),
      { type: 'actions', elements: [open] },
    ],
  };
}

/** For somebody who may do nothing here: why, in one sentence. */
export function slackHomeRefusal(sentence: string): SlackHome {
  return { type: 'home', blocks: [lines([words(fit(sentence, MAX_SENTENCE_CODE_POINTS))])] };
}

function requestBlocks({ request, may, ttlsSeconds }: HomeRequest): readonly Block[] {
  const longest = ttlsSeconds.at(-1);
  const approveFor = longest === undefined ? '' : durationInWords(longest);
  const buttons = decisionButtons(request.id, { may, approveFor, ttlsSeconds });
  const from = request.country === null ? request.address : `${request.address} (${request.country})`;
  return [
    lines(
      hostLine(request),
      [words(fit(from, MAX_FACT_CODE_POINTS)), words(' · '), words(fit(request.browser, MAX_FACT_CODE_POINTS))],
      [words(fit(request.path, MAX_FACT_CODE_POINTS))],
      ...(request.person === undefined
        ? []
        : [[words('Signed in as '), words(fit(request.person, MAX_FACT_CODE_POINTS))]]),
    ),
    {
      type: 'context',
      elements: [dated(['Answer by', request.deadlineAtMs], ...(may === 'decide' ? [] : [[inBrowser(may)] as const]))],
    },
    ...(buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons } as const]),
    { type: 'divider' },
  ];
}

function inBrowser(may: Exclude<ChannelMay, 'decide'>): string {
  return may === 'deny_only' ? 'Approve it in a browser' : 'Decide it in a browser';
}

function grantBlock(grant: HomeGrant): Block {
  const facts = `${fit(grant.address, MAX_FACT_CODE_POINTS)} on ${fit(grant.site, MAX_FACT_CODE_POINTS)}`;
  const by = `by ${fit(grant.grantedBy, MAX_FACT_CODE_POINTS)}`;
  const what = { host: grant.site, address: grant.address };
  return {
    type: 'section',
    text: plain(`${facts}\n${by}`),
    fields: [dated(['until', grant.untilMs])],
    accessory: revokeButton(what, String(grant.id)),
  };
}

function behind(words: string): Block {
  return { type: 'context', elements: [plain(`… and ${words}`)] };
}
