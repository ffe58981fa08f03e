/** Back to the page of the admin plane that somebody left to prove again who they are. */
import type { Express } from 'express';
import { html } from '../../../base/text/html.js';
import { adminPathIn, ADMIN_WAY_PATH, AT } from '../../shared/admin-way.js';
import { banner, notAPagePage } from '../../shared/pages/message-page.js';
import type { Page, PageSender } from '../../shared/pages/page.js';
import { onlyOne } from '../../shared/query.js';
import { isTopLevel } from '../../shared/top-level.js';

export interface AdminWayDeps {
  /** Origin without a trailing slash: it leads to no other. */
  readonly adminUrl: string;
  readonly sendPage: PageSender;
}

export function routeAdminWay(app: Express, { adminUrl, sendPage }: AdminWayDeps): void {
  app.get(ADMIN_WAY_PATH, (request, response) => {
    if (!isTopLevel(request)) return sendPage(response, notAPagePage());
    sendPage(response, backPage(`${adminUrl}${adminPathIn(onlyOne(request.query, AT))}`));
  });
}

/** To be pressed: that plane signs in nobody whom another page has led there. */
function backPage(url: string): Page {
  const body = html`<section class="card">
    ${banner('calm', 'To the console')}
    <p><a class="button primary" href="${url}">Go on to the console</a></p>
  </section>`;
  return { status: 200, title: 'Go on to the console', body, asksToSignIn: true };
}
