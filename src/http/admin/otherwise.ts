/** What the admin plane answers where no route did, or one failed: a page with a way on to whoever looks, a problem document to programs. */
import type { Express, Request } from 'express';
import { UNAVAILABLE_SENTENCE } from '../../approval/sentences.js';
import type { Log } from '../../base/process/log.js';
import { html } from '../../base/text/html.js';
import { failures, type Failure } from '../shared/failures.js';
import { brokenPage, messagePage, unavailablePage } from '../shared/pages/message-page.js';
import type { Page } from '../shared/pages/page.js';
import { refusal, send, type Reply } from '../shared/reply.js';
import { callerIfAny } from './access/guard.js';
import { consoleMessage, ofCaller } from './console/console-page.js';
import type { ShowDeps } from './console/shows.js';

export interface OtherwiseDeps extends ShowDeps {
  readonly log: Log;
}

export function routeOtherwise(app: Express, { log, publicUrl, sendPage }: OtherwiseDeps): void {
  const shown = (request: Request, page: Page): Page => {
    const caller = callerIfAny(request);
    return caller === null ? page : ofCaller(page, { ...caller, publicUrl });
  };
  app.use((request, response) => {
    if (wantsPage(request)) sendPage(response, shown(request, notFoundPage()));
    else send(response, NOT_FOUND);
  });
  app.use(
    failures(log, (response, failure) => {
      const { req: request } = response;
      if (wantsPage(request)) sendPage(response, shown(request, FAILURE_PAGES[failure]()));
      else send(response, FAILURES[failure]);
    }),
  );
}

/** Programs that take anything are answered JSON. */
function wantsPage(request: Request): boolean {
  return request.accepts(['json', 'html']) === 'html';
}

function notFoundPage(): Page {
  const body = html`<p>The address may be mistyped, or what was here is gone.</p>
    <p><a class="button" href="/">To the console</a></p>`;
  return consoleMessage(404, 'There is nothing here', body);
}

function notUnderstoodPage(): Page {
  const body = html`<p>The address cannot be read. <strong>Nothing changed.</strong></p>
    <p><a class="button" href="/">To the console</a></p>`;
  return messagePage(400, 'Not understood', body);
}

const FAILURE_PAGES: Readonly<Record<Failure, () => Page>> = {
  unavailable: unavailablePage,
  bad_request: notUnderstoodPage,
  broken: brokenPage,
};

const NOT_FOUND = refusal(404, 'not_found', 'There is nothing here.');

const FAILURES: Readonly<Record<Failure, Reply>> = {
  unavailable: refusal(503, 'unavailable', UNAVAILABLE_SENTENCE),
  bad_request: refusal(400, 'bad_request', 'The request cannot be read.'),
  broken: refusal(500, 'broken', 'Something went wrong on our side; it is written in the log.'),
};
