/** The frame of every page of the console: its heading, its links, and who looks at it. */
import { html, type Html } from '../../../base/text/html.js';
import type { SignedInThere } from '../../../identity/handoff/signed-in-there.js';
import { messagePage } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { ADMIN_SIGN_OUT } from '../access/sign-in.js';
import { navigationFor } from './navigation.js';

/** Where pages hear that something has changed. */
export const EVENTS = '/events';

export interface ConsolePage extends Page {
  /** The name of its link, or of the list that it is of; absent: it is under none. */
  readonly under?: string;
  /** Shows what changes by itself. */
  readonly isLive?: boolean;
}

/** One card. `under`: the name of the link that leads to it, or to the list that it is of. */
export function consolePage(title: string, content: Html, under: string = title): ConsolePage {
  return cardsPage(title, html`<section class="card">${content}</section>`, under);
}

/** `cards`: each a `<section class="card">` with a heading of its own. */
export function cardsPage(title: string, cards: Html, under: string = title): ConsolePage {
  return {
    status: 200,
    title,
    body: html`<h1 class="title">${title}</h1>
      ${cards}`,
    under,
  };
}

/** Drawn anew when something changes. */
export function live(page: ConsolePage): ConsolePage {
  return { ...page, isLive: true };
}

/** Says one thing, with the way to the other pages. */
export function consoleMessage(status: number, title: string, body: Html): ConsolePage {
  return messagePage(status, title, body);
}

interface Looking {
  readonly session: SignedInThere | null;
  readonly publicUrl: string;
}

/** The page with whoever looks at it. By the bearer nobody does, and all links are there. */
export function ofCaller({ under, isLive = false, ...page }: ConsolePage, looking: Looking): Page {
  const isOperator = looking.session === null || looking.session.account.isOperator;
  return {
    ...withSession(page, looking),
    navigation: navigationFor(isOperator, under ?? null),
    ...(isLive && { liveAt: EVENTS }),
  };
}

/** For whoever is signed in and has nothing to look at here. */
export function withSession(page: Page, { session, publicUrl }: Looking): Page {
  return { ...page, session, places: { account: `${publicUrl}/account`, signOut: ADMIN_SIGN_OUT } };
}
