/** What may stand in a policy as an address and as a header. */
import { readMailSender } from '../base/net/mail-address.js';

export interface Wrong {
  readonly problem: string;
  readonly cure: string;
}

export function senderWrong(text: string): Wrong | null {
  return readMailSender(text) === null
    ? { problem: 'is not a mail address', cure: 'Write it like "Koder Gate <gate@example.org>".' }
    : null;
}

const MAX_HEADERS = 20;
const MAX_VALUE_CHARACTERS = 500;
/** What is ours, of the mail itself, or said by those who carry it has another name. */
const HEADER_NAME = /^(X|List)(-[A-Za-z0-9]{1,30}){1,6}$/i;
const OURS = ['x-auto-response-suppress', 'x-koder-gate-message', 'x-mailer', 'list-id'];
const HEADER_CURE =
  'Name headers like X-Environment or List-Help, each once; From, Reply-To and the rest of a mail are set elsewhere.';

export function headersWrong(headers: Readonly<Record<string, string>>): Wrong | null {
  const names = Object.keys(headers);
  if (names.length > MAX_HEADERS)
    return { problem: `has ${String(names.length)} headers, more than ${String(MAX_HEADERS)}`, cure: 'Take some out.' };
  const lower = names.map((name) => name.toLowerCase());
  const bad = names.find((name, at) => {
    const own = lower[at] ?? '';
    return !HEADER_NAME.test(name) || OURS.includes(own) || lower.indexOf(own) !== at;
  });
  if (bad !== undefined)
    return { problem: `may not have a header ${JSON.stringify(bad.slice(0, 60))}`, cure: HEADER_CURE };
  const broken = names.find((name) => !isHeaderValue(headers[name] ?? ''));
  if (broken === undefined) return null;
  return {
    problem: `has a value of ${broken} that no header may have`,
    cure: `Write printable ASCII on one line, 1 to ${String(MAX_VALUE_CHARACTERS)} characters.`,
  };
}

/** No line break, which would begin another header (RFC 5322, 2.2). */
function isHeaderValue(value: string): boolean {
  return value.length <= MAX_VALUE_CHARACTERS && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
