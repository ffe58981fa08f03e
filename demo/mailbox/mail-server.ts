/** The demo's mail server: real SMTP on a loopback port, for every recipient, without a login. It says 250 when the mail is on disk. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { Log } from '../../src/base/process/log.js';
import type { MailStore } from './mail-store.js';

export interface MailServer {
  readonly port: number;
  stop(): Promise<void>;
}

const MAX_MAIL_BYTES = 1024 * 1024;
const CLOSE_TIMEOUT_MS = 500;

/** Rejects when the port is taken. `port` 0: any free one. */
export async function startMailServer(input: { port: number; store: MailStore; log: Log }): Promise<MailServer> {
  const server = new SMTPServer({
    name: 'mailbox.localhost',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    logger: false,
    onData(stream, _session, callback) {
      void take(stream, input).then(callback);
    },
  });
  const listening = once(server.server, 'listening');
  server.listen(input.port, '127.0.0.1');
  await listening;
  server.on('error', () => {
    input.log.debug('a mail client went away');
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

/** Null when the mail is kept; else what SMTP answers. */
async function take(
  stream: SMTPServerDataStream,
  { store, log }: { store: MailStore; log: Log },
): Promise<Error | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) return Object.assign(new Error('Message too large'), { responseCode: 552 });
  try {
    await store.add(Buffer.concat(chunks));
    return null;
  } catch {
    log.error('a mail could not be kept');
    return Object.assign(new Error('Mailbox cannot be written'), { responseCode: 452 });
  }
}
