/** The visitor's page: one calm card, useful without JavaScript, live with it. No script or style stands in the markup. */
import type { Environment, RequestRecord } from '../../approval/request.js';
import { html, markupOf, type Html } from '../../base/html.js';
import type { Showing } from './reception.js';
import { RESERVED, returnPath } from './return-path.js';
import { wordingOf, type Wording } from './wording.js';

export interface PageContext {
  readonly host: string;
  readonly environment: Environment | null;
  readonly nowMs: number;
  readonly assetUrl: (name: 'gate.css' | 'pending.js') => string;
}

/** The policy's own: "Reload in 30s to retry". */
const REFRESH_SECONDS = 30;
const SHOWN_ID_CHARACTERS = 6;

export function visitorPage(showing: Showing, context: PageContext): string {
  const wording = wordingOf(showing, context.nowMs);
  const pending = showing.kind === 'pending' ? showing.request : null;
  return markupOf(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex, nofollow" />
          <meta name="color-scheme" content="light dark" />
          ${context.environment === null ? null : html`<meta name="koder-env" content="${context.environment}" />`}
          <title>${wording.title} · ${context.host}</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="${context.assetUrl('gate.css')}" />
          ${pending === null ? null : liveHead(pending, context)}
        </head>
        <body>
          ${main(wording, { showing, context })}
        </body>
      </html> `,
  );
}

/** Without JavaScript the wait page is loaded instead: it opens nothing, so a forgotten tab asks nobody again. */
function liveHead(request: RequestRecord, context: PageContext): Html {
  return html`<noscript
      ><meta http-equiv="refresh" content="${String(REFRESH_SECONDS)}; url=${waitUrl(request)}"
    /></noscript>
    <script type="module" src="${context.assetUrl('pending.js')}"></script>`;
}

function main(wording: Wording, { showing, context }: { showing: Showing; context: PageContext }): Html {
  const request = 'request' in showing ? showing.request : null;
  const live = showing.kind === 'pending' ? showing.request : null;
  const [first = '', ...rest] = wording.lines;
  return html`<main
    aria-live="polite"
    class="card ${wording.mood}"
    data-state="${showing.kind}"
    ${live === null ? null : liveData(live)}
  >
    <p class="site">
      <span class="host">${context.host}</span
      >${context.environment === null ? null : html` <span class="tag">${context.environment}</span>`}
    </p>
    <div class="sign" aria-hidden="true"><i></i></div>
    <div>
      <h1>${wording.title}</h1>
      <p class="lead">${first}</p>
      ${paragraphs(rest)}
    </div>
    ${live === null ? null : html`<noscript><p>This page looks again every ${String(REFRESH_SECONDS)} seconds.</p></noscript>`}
    ${wording.action === null ? null : html`<p><a class="button" href="${wording.action.href}">${wording.action.label}</a></p>`}
    ${request === null ? null : html`<p class="small">Request <code>${request.id.slice(0, SHOWN_ID_CHARACTERS)}</code></p>`}
  </main>`;
}

function liveData(request: RequestRecord): Html {
  return html` data-stream="${RESERVED}stream/${request.statusId}" data-status="${RESERVED}status/${request.statusId}"
  data-wait="${waitUrl(request)}" data-return="${returnPath(request.path)}"`;
}

function paragraphs(lines: readonly string[]): Html {
  return lines.reduce<Html>(
    (sofar, line) =>
      html`${sofar}
        <p>${line}</p>`,
    html``,
  );
}

function waitUrl(request: RequestRecord): string {
  return `${RESERVED}wait/${request.statusId}`;
}
