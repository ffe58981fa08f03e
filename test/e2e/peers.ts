/** The peers that gates of the end-to-end tests share: a mail server and a Talk server on loopback, both keeping the truth. */
import type { Secret } from '../../src/base/secret.js';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { BOT_TOKEN, keyOf, SIGNING_SECRETS, startFakeTalk, type FakeTalk } from '../fakes/talk.js';
import { JET_TOKEN } from './sites.js';

export interface Peers {
  readonly smtp: FakeSmtp;
  readonly talk: FakeTalk;
  /** What a Talk server signs its callbacks with. */
  readonly talkKey: Secret;
  /** What a gate is configured with to reach them. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startPeers(): Promise<Peers> {
  const smtp = await startFakeSmtp();
  const talk = await startFakeTalk();
  const credentials = `${encodeURIComponent(smtp.user)}:${encodeURIComponent(smtp.password)}`;
  return {
    smtp,
    talk,
    talkKey: keyOf(SIGNING_SECRETS[0]),
    environment: {
      SMTP_URL: `smtp://${credentials}@127.0.0.1:${String(smtp.port)}`,
      MAIL_FROM: 'Koder Gate <gate@example.org>',
      TALK_API_URL: talk.apiUrl,
      TALK_BOT_TOKEN: BOT_TOKEN,
      TALK_SIGNING_SECRET: SIGNING_SECRETS[0],
      TALK_WORKSPACE: 'embedded',
      JET_TOKEN,
    },
    async close() {
      await smtp.close();
      await talk.close();
    },
  };
}
