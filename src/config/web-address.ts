/** URLs in the configuration: https, or plain http on loopback, and never with a password inside. */
import { isHttpsOrLoopback } from '../base/net/https-or-loopback.js';
import type { Wrong } from './problems.js';

/** Null when nothing is wrong. `origin`: nothing may follow host and port. The text is never quoted: it may hold a secret. */
export function webAddressWrong(text: string, shape: 'origin' | 'any'): Wrong | null {
  if (!URL.canParse(text)) return { problem: 'is not a URL', cure: 'Write it whole, like https://gate.example.org.' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return {
      problem: 'carries a user name or password',
      cure: 'Take it out of the URL; secrets have their own variables.',
    };
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { problem: `begins with ${url.protocol}//`, cure: 'Write an https:// URL.' };
  if (!isHttpsOrLoopback(url))
    return { problem: `is plain http to ${url.hostname}`, cure: 'Write https://; plain http is for loopback alone.' };
  if (url.hash !== '') return { problem: 'has a fragment (#…)', cure: 'Leave out everything from the # on.' };
  if (shape === 'origin' && (url.pathname !== '/' || url.search !== ''))
    return { problem: 'has a path', cure: `Write the origin alone: ${url.origin}.` };
  return null;
}
