/** The signed-in approver's pending requests, each with its form: what no channel could deliver is decided here. */
import type { RequestRecord } from '../../../approval/request.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { html, type Html } from '../../../base/text/html.js';
import { LINK_PATH } from './link-page.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { listHeading, pendingCard } from './request-card.js';

export interface HomeFacts {
  readonly session: Session;
  readonly requests: readonly {
    readonly request: RequestRecord;
    /** Approving it is proven by a passkey. */
    readonly byPasskey: boolean;
  }[];
  readonly nowMs: number;
  /** Whether an account of a chat can be bound. */
  readonly hasChats: boolean;
  readonly tapId: () => string;
}

export function homePage({ session, requests, nowMs, tapId, hasChats }: HomeFacts): Page {
  if (requests.length === 0) return { status: 200, title: 'Requests', session, body: emptyBody(hasChats) };
  const cards = requests.map(({ request, byPasskey }) => {
    const action = `/requests/${request.id}/decide`;
    return pendingCard(request, { action, session, tapId: tapId(), nowMs, byPasskey }, listHeading(request));
  });
  const count = requests.length === 1 ? '1 request waits for you' : `${String(requests.length)} requests wait for you`;
  return {
    status: 200,
    title: count,
    session,
    usesPasskeys: requests.some(({ byPasskey }) => byPasskey),
    body: html`<h1 class="title">${count}</h1>
      ${cards} ${hasChats && TO_LINK}`,
  };
}

function emptyBody(hasChats: boolean): Page['body'] {
  return html`<section class="card">
      ${banner('good', 'Nothing waits for you')}
      <p>When somebody asks to see one of your sites, the request stands here and on your channels.</p>
      <p><a class="button" href="/">Look again</a></p>
    </section>
    ${hasChats && TO_LINK}`;
}

const TO_LINK: Html = html`<p class="aside"><a href="${LINK_PATH}">Chat accounts that decide as me</a></p>`;
