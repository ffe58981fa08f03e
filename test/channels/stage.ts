/** The Toy channel before its fake. `entry`: its own registry entry, or a broken one. */
import express from 'express';
import type { ApproverId } from '../../src/approval/brand.js';
import type { ChannelDeps, ChannelEntry, OpenChannel } from '../../src/contract/channel.js';
import { guarded } from '../contract/guarded.js';
import type { InboundStage, Stage } from '../contract/stage.js';
import { serveOnLoopback } from '../fakes/talk.js';
import { signedByToy, startFakeToy, toyEnvironment, TOY_KEYS, TOY_TOKEN } from '../fakes/toy.js';
import type { ToyConfig } from './toy/config.js';
import { toyEntry } from './toy/entry.js';
import { TOY_WORKSPACE } from './toy/inbound.js';

export type ToyEntry = Pick<ChannelEntry<ToyConfig>, 'configure' | 'load'>;

const SECRETS = [TOY_TOKEN, ...Object.values(TOY_KEYS).map((key) => key.toString('base64'))];
const FACTS = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] } as const;

export function toyStage(entry: ToyEntry = toyEntry): Stage {
  return {
    name: 'toy',
    tells: 'question',
    lacks: { hang_before_body: 'plain HTTP has no greeting: head and body of a card leave in one go' },
    async open(deps, at) {
      const fake = await startFakeToy();
      const channel = await openChannel(entry, at === 'fake' ? fake.apiUrl : 'https://toy.invalid', deps);
      return {
        channel,
        fake,
        recipient: (number) => ({
          kind: 'approver',
          approver: `approver${String(number)}@example.org` as ApproverId,
          address: `approver${String(number)}`,
        }),
        secrets: SECRETS,
        async close() {
          await channel.stop();
          await fake.close();
        },
      };
    },
    inbound: toyInboundStage(entry),
  };
}

export function toyInboundStage(entry: ToyEntry): InboundStage {
  return {
    async open(deps, handlers) {
      const channel = await openChannel(entry, 'https://toy.example.org', deps);
      if (channel.inbound?.kind !== 'called') throw new Error('toy is called');
      const app = express().use(channel.inbound.path, guarded(channel.inbound, handlers, deps));
      const server = await serveOnLoopback((request, response) => void app(request, response));
      return {
        url: `http://127.0.0.1:${String(server.port)}${channel.inbound.path}`,
        tapBody: ({ subject, verdict, token }) => Buffer.from(JSON.stringify({ user: subject, verdict, token })),
        signed: ({ key, ...call }) => Object.entries(signedByToy(TOY_KEYS[key], call)),
        authHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
        isPrivate: ({ body }) => Object.keys(JSON.parse(body) as object).join() === 'text',
        oneWorkspace: TOY_WORKSPACE,
        secrets: SECRETS,
        async close() {
          await server.close();
          await channel.stop();
        },
      };
    },
  };
}

async function openChannel(entry: ToyEntry, apiUrl: string, deps: ChannelDeps): Promise<OpenChannel> {
  const { config, problems } = entry.configure(toyEnvironment(apiUrl), FACTS);
  if (config === null) throw new Error(`the stage is misconfigured: ${JSON.stringify(problems)}`);
  return (await entry.load()).open(config, deps);
}
