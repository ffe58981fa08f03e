/** The address of a platform that gets a token with every call: https, or plain http on loopback, and nothing but an address. */
import { isHttpsOrLoopback } from './https-or-loopback.js';

/** What is wrong with it, or null. The text itself is not told back: somebody may have put a secret into it. */
export function peerUrlWrong(text: string): string | null {
  if (!URL.canParse(text)) return 'is not a URL';
  const url = new URL(text);
  const { username, password, search, hash } = url;
  const isPlain = username === '' && password === '' && search === '' && hash === '';
  return isHttpsOrLoopback(url) && isPlain ? null : 'is not a URL that a token may be sent to';
}
