/** The talk channel before the real embedded Talk, with a front that misbehaves. */
import express from 'express';
import { guarded } from '../guarded.js';
import { talkEntry } from '../../../bots/talk/entry.js';
import type { OpenChannel } from '../../../src/contract/channel.js';
import { sign } from '../../../src/base/crypto/standard-webhooks.js';
import { BOT_TOKEN, FOREIGN_SECRET, keyOf, serveOnLoopback, SIGNING_SECRETS, startFakeTalk } from '../../fakes/talk.js';
import type { InboundKey, InboundStage, Stage } from '../stage.js';
import type { ApproverId } from '../../../src/approval/brand.js';
import type { ChannelDeps } from '../../../src/contract/channel.js';

const SECRETS = [BOT_TOKEN, ...SIGNING_SECRETS, ...SIGNING_SECRETS.map((secret) => secret.slice('whsec_'.length))];

const SECRET_OF = {
  current: SIGNING_SECRETS[0],
  next: SIGNING_SECRETS[1],
  foreign: FOREIGN_SECRET,
} as const satisfies Record<InboundKey, string>;

async function openChannel(apiUrl: string, deps: ChannelDeps): Promise<OpenChannel> {
  const environment = {
    TALK_API_URL: apiUrl,
    TALK_BOT_TOKEN: BOT_TOKEN,
    TALK_SIGNING_SECRET: SIGNING_SECRETS.join(','),
  };
  const { config, problems } = talkEntry.configure(environment, { isUsed: true });
  if (config === null) throw new Error(`the stage is configured: ${JSON.stringify(problems)}`);
  const { open } = await talkEntry.load();
  return open(config, deps);
}

const inbound: InboundStage = {
  async open(deps, handlers) {
    const channel = await openChannel('https://talk.example.org/api', deps);
    if (channel.inbound?.kind !== 'called') throw new Error('talk is called');
    const server = await serveOnLoopback(
      express().use(channel.inbound.path, guarded(channel.inbound, handlers, deps)) as Parameters<
        typeof serveOnLoopback
      >[0],
    );
    return {
      url: `http://127.0.0.1:${String(server.port)}${channel.inbound.path}`,
      tapBody: (tap) =>
        Buffer.from(
          JSON.stringify({
            type: 'action',
            workspace: tap.workspace,
            user: tap.subject,
            message: 'm1',
            verb: tap.verdict,
            data: { token: tap.token },
          }),
        ),
      signed: ({ body, id, atMs, key }) => [
        ['content-type', 'application/json'],
        ...Object.entries(sign(keyOf(SECRET_OF[key]), { id, atMs, body })).map(
          ([name, value]) => [name, String(value)] as const,
        ),
      ],
      authHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
      // The contract: a text in the answer is shown to the one who tapped; anything else is not in the answer.
      isPrivate: (answer) =>
        Object.keys(JSON.parse(answer.body) as object).every((key) => key === 'isOk' || key === 'text'),
      secrets: SECRETS,
      async close() {
        await server.close();
        await channel.stop();
      },
    };
  },
};

const talk: Stage = {
  name: 'talk',
  tells: 'question',
  lacks: {
    hang_before_body: 'plain HTTP has no greeting: head and body of a card leave in one go',
  },
  async open(deps, at) {
    const fake = await startFakeTalk();
    const apiUrl = at === 'fake' ? fake.apiUrl : 'https://talk.invalid/api';
    const channel = await openChannel(apiUrl, deps);
    return {
      channel,
      fake,
      recipient: (number) => ({
        kind: 'approver',
        approver: `approver${String(number)}@example.org` as ApproverId,
        address: `approver${String(number)}@example.org`,
      }),
      secrets: SECRETS,
      async close() {
        await channel.stop();
        await fake.close();
      },
    };
  },
  inbound,
};

export const talkStages = [talk] as const;
