/** The HTML part of a mail that was ordered as plain text. */
import { html, markupOf } from '../../../base/text/html.js';

export function htmlOf(plain: string): string {
  const lines = plain.replace(/\r\n?/g, '\n');
  return markupOf(
    html`<!doctype html>
      <html>
        <body>
          <div style="white-space:pre-wrap">${lines}</div>
        </body>
      </html>`,
  );
}
