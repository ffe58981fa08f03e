/** The demo's mailbox: receives the gate's mails by SMTP, keeps them in a folder and shows them on a page. */
import type { Random } from '../../src/base/crypto/random.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { Log } from '../../src/base/process/log.js';
import type { Mount } from '../../src/contract/mount.js';
import { startMailServer } from './mail-server.js';
import { openMailStore } from './mail-store.js';
import { mailboxPage } from './mailbox-page.js';

export interface Mailbox {
  /** What `SMTP_URL` is set to. */
  readonly smtpUrl: string;
  /** `/mailbox`, for the admin plane. */
  readonly mount: Mount;
  stop(): Promise<void>;
}

/** Rejects when `port` is taken; 0 takes any free one. `folder` is made where it is missing. */
export async function createMailbox(input: {
  readonly folder: string;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): Promise<Mailbox> {
  const store = await openMailStore(input.folder, input);
  const server = await startMailServer({ port: input.port, store, log: input.log });
  const page = mailboxPage({ store, clock: input.clock });
  return {
    smtpUrl: `smtp://127.0.0.1:${String(server.port)}`,
    mount: { path: '/mailbox', app: page.app },
    async stop() {
      page.close();
      await server.stop();
    },
  };
}
