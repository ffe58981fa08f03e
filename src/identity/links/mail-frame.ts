/** The frame of the mails that whoever signs in gets: a few paragraphs, as text and as HTML. */
import { html, markupOf, type Html } from '../../base/text/html.js';
import type { MessageContent } from '../../contract/message.js';

/** A sentence or more; or a link, which stands in the text as it is. */
type Paragraph = string | { readonly url: string; readonly label: string };

export function framedMail(subject: string, paragraphs: readonly Paragraph[]): MessageContent {
  const text = paragraphs.map((one) => `${typeof one === 'string' ? one : one.url}\n`).join('\n');
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${subject}</title>
      </head>
      <body style="${BODY}">
        ${paragraphs.map(drawn)}
      </body>
    </html> `;
  return { subject, text, html: markupOf(body) };
}

function drawn(one: Paragraph): Html {
  return typeof one === 'string'
    ? html`<p>${one}</p>`
    : html`<p><a href="${one.url}" style="${LINK}">${one.label}</a></p>`;
}

const BODY =
  "max-width:520px;margin:0 auto;padding:24px;font:400 15px/22px -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const LINK = 'display:inline-block;font-weight:600;font-size:17px;line-height:44px;';
