/** A page as a value, and the one frame that every page of ours is sent in. */
import type { Response } from 'express';
import type { Assets } from '../assets.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { html, markupOf, type Html } from '../../../base/text/html.js';
import { CONTENT_ID, menuButton, navigation, skipLink, type NavigationGroup } from './navigation.js';

export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  /** Who looks at it; shown with a way to sign out. */
  readonly session?: Pick<Session, 'account' | 'csrfToken'> | null;
  /** Where their account is, and where they sign out; those of the public plane where absent. */
  readonly places?: Places;
  /** Its reader is asked to sign in: the way home would only ask the same. */
  readonly asksToSignIn?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the console: the links to all of its pages, for whoever looks. */
  readonly navigation?: readonly NavigationGroup[];
  /** Of the console: where it hears that it is to be drawn anew. */
  readonly liveAt?: string | undefined;
  /** Has a form that is filled by a passkey. */
  readonly usesPasskeys?: boolean;
  /** Has a button that prints it. */
  readonly isForPrint?: boolean;
}

interface Places {
  readonly account: string;
  readonly signOut: string;
}

export type PageSender = (response: Response, page: Page) => void;

export function pageSender(assets: Assets): PageSender {
  return (response, page) => {
    if (response.headersSent) return;
    response
      .status(page.status)
      .set(page.headers ?? {})
      .type('html');
    response.send(markupOf(frame(page, assets)));
  };
}

function frame(page: Page, assets: Assets): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · Koder Gate</title>
        <link rel="icon" href="${assets.iconUrl}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assets.stylesheetUrl}" />
        <script type="module" src="${assets.timesUrl}"></script>
        ${page.usesPasskeys === true && passkeyScripts(assets)}
        ${page.liveAt !== undefined && html`<script type="module" src="${assets.liveUrl}"></script>`}
        ${page.isForPrint === true && html`<script type="module" src="${assets.printUrl}"></script>`}
      </head>
      ${page.navigation === undefined ? plainBody(page, assets) : consoleBody(page, page.navigation, assets)}
    </html> `;
}

function plainBody(page: Page, assets: Assets): Html {
  return html`<body>
    <header>${brand(page, assets)} ${whoLooks(page)}</header>
    <main>${page.body}</main>
  </body>`;
}

function consoleBody(page: Page, groups: readonly NavigationGroup[], assets: Assets): Html {
  return html`<body class="console">
    ${skipLink()}
    <header>
      ${brand(page, assets)} ${page.liveAt !== undefined && html`<a class="refresh" href="">Refresh</a>`}
      ${menuButton()} ${whoLooks(page)}
    </header>
    ${navigation(groups)}
    <main id="${CONTENT_ID}" tabindex="-1" ${page.liveAt !== undefined && html`data-live="${page.liveAt}"`}>
      ${page.body}
    </main>
  </body>`;
}

function whoLooks({ session, places = PUBLIC_PLACES }: Page): Html | null {
  return session === undefined || session === null ? null : who(session, places);
}

/** In this order: both wait for the page, and ours uses the library. */
function passkeyScripts({ passkeyUrls: [library, own] }: Assets): Html {
  return html`<script defer src="${library}"></script>
    <script type="module" src="${own}"></script>`;
}

function brand({ asksToSignIn = false }: Page, { iconUrl }: Assets): Html {
  const name = html`<img src="${iconUrl}" alt="" width="28" height="28" />Koder Gate`;
  return asksToSignIn ? html`<span class="brand">${name}</span>` : html`<a class="brand" href="/">${name}</a>`;
}

const PUBLIC_PLACES: Places = { account: '/account', signOut: '/sign-out' };

function who(session: NonNullable<Page['session']>, { account, signOut }: Places): Html {
  return html`<form class="who" method="post" action="${signOut}">
    <input type="hidden" name="csrf" value="${session.csrfToken('sign-out')}" />
    <a href="${account}" title="Your account">${session.account.name}</a>
    <button class="quiet">Sign out</button>
  </form>`;
}
