/** Whoever signed in and asks, in one line: `Ana Souza (ana@example.org, Koder ID)`. It is a claim of the provider's, and read as one. */
import type { SignedInPerson } from '../../../contract/access-request.js';
import { fit } from '../../../base/text/fit.js';

const MAX_NAME_CODE_POINTS = 60;
const MAX_MAILBOX_CODE_POINTS = 60;
const MAX_TITLE_CODE_POINTS = 30;
/** Whatever could begin markup, a mention or a link, and the brackets and commas that part what is ours from the name. */
const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N} .'’-]|\.(?=\p{L}{2})/gu;

/** People choose their names at providers, so nothing of a name can look like the address or the provider behind it. */
export function personText({ handle, name, mailbox, by }: SignedInPerson): string {
  const who = handle ?? cleanName(name);
  const details = [
    ...(mailbox === null || mailbox === handle ? [] : [fit(mailbox, MAX_MAILBOX_CODE_POINTS)]),
    ...(by === null ? [] : [fit(by, MAX_TITLE_CODE_POINTS)]),
  ];
  return `${fit(who, MAX_NAME_CODE_POINTS)}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function cleanName(name: string): string {
  const clean = name.normalize('NFKC').replace(NOT_IN_A_NAME, ' ').replaceAll(/\s+/gu, ' ').trim();
  return clean === '' ? 'somebody without a name' : clean;
}
