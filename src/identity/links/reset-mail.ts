/** Tells somebody that an operator has reset what they prove themselves by. The enrolment link itself is handed over, and never mailed. */
import type { MessageContent } from '../../contract/message.js';
import { framedMail } from './mail-frame.js';

export interface ResetMailFacts {
  /** Of the gate, as people read it. */
  readonly host: string;
  readonly account: string;
  /** As the audit names them. */
  readonly by: string;
}

export function resetMail({ host, account, by }: ResetMailFacts): MessageContent {
  const subject = `Your sign-in to Koder Gate at ${host} was reset`;
  const what = `The passkeys, the authenticator app and the recovery codes of ${account} at ${host} were removed, and every session was ended, by ${by}.`;
  const next =
    'You get an enrolment link from them. It works once, for 24 hours, and until you have used it nothing else signs you in.';
  const notYou = 'Did you not ask for it? Tell an operator of the gate now: whoever has that link signs in as you.';
  return framedMail(subject, [what, next, notYou]);
}
