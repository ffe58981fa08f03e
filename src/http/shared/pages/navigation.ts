/** The links to all pages of the console, and the way past them. On a phone they fold away without a script (`popover`). */
import { html, type Html } from '../../../base/text/html.js';

export interface NavigationGroup {
  readonly name: string;
  readonly links: readonly { readonly path: string; readonly name: string; readonly isHere: boolean }[];
}

const ID = 'pages';
export const CONTENT_ID = 'content';

export function skipLink(): Html {
  return html`<a class="skip" href="#${CONTENT_ID}">Skip to the content</a>`;
}

export function menuButton(): Html {
  return html`<button class="menu" popovertarget="${ID}">Pages</button>`;
}

export function navigation(groups: readonly NavigationGroup[]): Html {
  return html`<nav id="${ID}" class="pages" popover aria-label="Pages">
    <button class="quiet" popovertarget="${ID}" popovertargetaction="hide">Close</button>
    ${groups.map(
      ({ name, links }) =>
        html`<section>
          <p>${name}</p>
          ${links.map((link) => html`<a href="${link.path}" ${link.isHere && html` aria-current="page"`}>${link.name}</a>`)}
        </section>`,
    )}
  </nav>`;
}
