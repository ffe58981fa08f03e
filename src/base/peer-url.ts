/** The address of a platform that gets a token with every call: https, or plain http on loopback, and nothing but an address. */

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** What is wrong with it, or null. The text itself is not told back: somebody may have put a secret into it. */
export function peerUrlWrong(text: string): string | null {
  if (!URL.canParse(text)) return 'is not a URL';
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  const isPlain = username === '' && password === '' && search === '' && hash === '';
  return isSafe && isPlain ? null : 'is not a URL that a token may be sent to';
}
