/** The mail that a sign-in link comes in. It says who asked, so that a stranger's asking is noticed. Opening the link does nothing yet. */
import { html, markupOf } from '../../base/text/html.js';
import type { MessageContent } from '../../contract/message.js';

export interface SignInMailFacts {
  /** Of the gate, as people read it. */
  readonly host: string;
  readonly account: string;
  readonly url: string;
  readonly ttlMinutes: number;
  /** The client's address, and its browser in words. */
  readonly address: string;
  readonly askedBy: string;
  /** Everybody whom a request asked got this mail, so that a colleague may have asked for it. */
  readonly isForAll: boolean;
}

export function signInMail({
  host,
  account,
  url,
  ttlMinutes,
  address,
  askedBy,
  isForAll,
}: SignInMailFacts): MessageContent {
  const subject = `Sign in to Koder Gate at ${host}`;
  const asked = `Somebody asked to sign in to Koder Gate at ${host} as ${account}, from ${address} with ${askedBy}.`;
  const use = `The link works once, for ${String(ttlMinutes)} minutes, in the browser where it was asked for. Opened anywhere else it shows a number to type there.`;
  const notYou = `Was it not you? Do nothing: without this mail nobody signs in.${isForAll ? FOR_ALL : ''} Tell nobody the link or the number.`;
  const text = [asked, '', url, '', use, '', notYou, ''].join('\n');
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${subject}</title>
      </head>
      <body style="${MAIL_BODY_STYLE}">
        <p>${asked}</p>
        <p><a href="${url}" style="${LINK}">Sign in</a></p>
        <p>${use}</p>
        <p>${notYou}</p>
      </body>
    </html> `;
  return { subject, text, html: markupOf(body) };
}

const FOR_ALL =
  ' Everybody who was asked about the request got such a mail, so perhaps a colleague is about to answer it.';
export const MAIL_BODY_STYLE =
  "max-width:520px;margin:0 auto;padding:24px;font:400 15px/22px -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const LINK = 'display:inline-block;font-weight:600;font-size:17px;line-height:44px;';
