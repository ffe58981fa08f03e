/** A site on the gate's own host name and another port: to a browser the same site and another origin, as a protected host is. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForeignSite {
  /** An origin, without a trailing slash. */
  readonly url: string;
  /** What every page of it shows from now on. */
  serve(body: string): void;
  close(): Promise<void>;
}

export async function startForeignSite(): Promise<ForeignSite> {
  let shown = '';
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>A site</title>${shown}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    /** What every page of it shows from now on. */
    serve(body) {
      shown = body;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A form that a page submits by itself as soon as it is there. */
export function selfSubmitting(url: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value.replaceAll('"', '&quot;')}">`,
  );
  return `<form method="post" action="${url}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
}
