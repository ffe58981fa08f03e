/** The mail that a sign-in link comes in. It says who asked, so that a stranger's asking is noticed. Opening the link does nothing yet. */
import type { MessageContent } from '../../contract/message.js';
import { framedMail } from './mail-frame.js';

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
  return framedMail(subject, [asked, { url, label: 'Sign in' }, use, notYou]);
}

const FOR_ALL =
  ' Everybody who was asked about the request got such a mail, so perhaps a colleague is about to answer it.';
