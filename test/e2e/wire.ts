/** What a browser really sends and is answered, underneath what it shows to a page. */
import type { Page } from 'playwright-core';

export interface Caller {
  readonly origin: string | undefined;
  readonly hasCookie: boolean;
}

/** What is known of it so far. */
export interface Exchange extends Partial<Caller> {
  readonly url?: string;
  readonly method?: string;
  readonly status?: number;
}

/** What tells the gate who calls: the page's origin, and whether the session's cookie came along. */
export function callerIn(headers: Readonly<Record<string, string>>): Caller {
  const byLowerCase = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    origin: byLowerCase.get('origin'),
    hasCookie: /(^|; )gate=[0-9a-f]{64}/.test(byLowerCase.get('cookie') ?? ''),
  };
}

/** The exchanges of a page from now on as the network stack has them: an answer that is kept from the page shows only there. */
export async function watchWire(page: Page): Promise<() => readonly Exchange[]> {
  const seen = new Map<string, Exchange>();
  const add = (id: string, part: Exchange): void => void seen.set(id, { ...seen.get(id), ...part });
  const session = await page.context().newCDPSession(page);
  session.on('Network.requestWillBeSent', ({ requestId, request: { url, method } }) => {
    add(requestId, { url, method });
  });
  session.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => {
    add(requestId, callerIn(headers));
  });
  session.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => {
    add(requestId, { status: statusCode });
  });
  await session.send('Network.enable');
  return () => [...seen.values()];
}

/** Whether a POST to this address was sent and answered. */
export function isAnswered(call: Exchange, url: string): boolean {
  return call.url === url && call.method === 'POST' && call.status !== undefined;
}
