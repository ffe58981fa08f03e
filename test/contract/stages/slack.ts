/** The slack channel before a workspace that enforces Slack's rules, over HTTP and over Socket Mode. */
import express from 'express';
import { SLACK_ACTIONS } from '../../../cards/slack.js';
import { denyModal } from '../../../cards/slack-modal.js';
import { slackEntry } from '../../../bots/slack/entry.js';
import type { ApproverId } from '../../../src/approval/brand.js';
import type { ChannelDeps, OpenChannel } from '../../../src/contract/channel.js';
import { blockActions, viewSubmission } from '../../fakes/slack-payloads.js';
import { APP_TOKEN, BOT_TOKEN } from '../../fakes/slack-server.js';
import { encoded, overSocket, signedHeaders } from '../../fakes/slack-transport.js';
import { startFakeSlack, type FakeSlack } from '../../fakes/slack.js';
import { serveOnLoopback } from '../../fakes/talk.js';
import { guarded } from '../guarded.js';
import type {
  ConnectingStage,
  InboundAnswer,
  InboundKey,
  InboundStage,
  PlatformTap,
  SocketAnswer,
  Stage,
} from '../stage.js';

export const SIGNING_SECRETS = ['0123456789abcdef0123456789abcde1', '0123456789abcdef0123456789abcde2'] as const;
const FOREIGN_SECRET = '0123456789abcdef0123456789abcde3';
const SECRETS = [BOT_TOKEN, ...SIGNING_SECRETS];
const SECRET_OF = {
  current: SIGNING_SECRETS[0],
  next: SIGNING_SECRETS[1],
  foreign: FOREIGN_SECRET,
} as const satisfies Record<InboundKey, string>;

/** The suites' own: whom they let tap, and where. */
const WORKSPACE = 'w1';
const TAPPERS = ['slack-rpm', 'stranger'];

export type Way = 'http' | 'socket';

export async function openSlackAt(apiUrl: string, deps: ChannelDeps, way: Way = 'http'): Promise<OpenChannel> {
  const wayIn = way === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRETS.join(',') } : { SLACK_APP_TOKEN: APP_TOKEN };
  const environment = { SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: BOT_TOKEN, ...wayIn };
  const { config, problems } = slackEntry.configure(environment, { isUsed: true });
  if (config === null) throw new Error(`the stage is configured: ${JSON.stringify(problems)}`);
  const { open } = await slackEntry.load();
  return open(config, deps);
}

/** What Slack sends when somebody taps: a button of a card for an approval, the form's submission for a denial. */
function payloadOf(slack: FakeSlack, tap: PlatformTap): Readonly<Record<string, unknown>> {
  const doer = { user: tap.subject, team: tap.workspace };
  const triggerId = `trigger.${tap.id}`;
  if (tap.verdict === 'deny') {
    const memory = JSON.stringify({ ref: tap.token, isFromHome: false });
    return viewSubmission(doer, { view: { ...denyModal(memory) }, triggerId, values: {} });
  }
  const control = { actionId: SLACK_ACTIONS.approve, value: tap.token, isOption: false, label: 'Approve' };
  const message = { channel: 'D1', ts: '1.1', responseUrl: responseUrlOf(slack, tap) };
  return blockActions(doer, { control, triggerId, message });
}

/** The same tap again has the same. */
function responseUrlOf(slack: FakeSlack, tap: PlatformTap): string {
  const url = `${slack.apiUrl.replace('/api/', '')}/response/${tap.id}`;
  const untilMs = Date.now() + 60_000;
  slack.state.responseUrls.set(url, { user: tap.subject, channel: 'D1', messageTs: '1.1', untilMs, usesLeft: 5 });
  return url;
}

const inbound: InboundStage = {
  async open(deps, handlers) {
    const slack = await startFakeSlack(WORKSPACE);
    slack.people(...TAPPERS.map((id) => ({ id })));
    const channel = await openSlackAt(slack.apiUrl, deps);
    if (channel.inbound?.kind !== 'called') throw new Error('slack is called');
    const server = await serveOnLoopback(
      express().use(channel.inbound.path, guarded(channel.inbound, handlers, deps)) as Parameters<
        typeof serveOnLoopback
      >[0],
    );
    let notesTold = 0;
    return {
      url: `http://127.0.0.1:${String(server.port)}${channel.inbound.path}`,
      tapBody: (tap) => encoded('interactive', payloadOf(slack, tap)).body,
      signed: ({ body, atMs, key }) =>
        signedHeaders({ secret: SECRET_OF[key], body, atMs, type: 'application/x-www-form-urlencoded' }),
      authHeaders: ['x-slack-request-timestamp', 'x-slack-signature'],
      async told({ body }, answer) {
        const url = responseUrlIn(body);
        if (url === null) return answer;
        const note = await slack.server.note(url, notesTold);
        notesTold = slack.server.notes.length;
        return { ...answer, body: JSON.stringify(note.body) };
      },
      isPrivate: isForOneAlone,
      secrets: SECRETS,
      async close() {
        await server.close();
        await channel.stop();
        await slack.close();
      },
    };
  },
};

function responseUrlIn(body: Buffer): string | null {
  const payload = JSON.parse(new URLSearchParams(body.toString('utf8')).get('payload') ?? '{}') as {
    response_url?: string;
  };
  return payload.response_url ?? null;
}

/** An ephemeral message, or what the person's own form shows. */
function isForOneAlone({ body }: Pick<InboundAnswer, 'body'>): boolean {
  if (body === '') return true;
  const said = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return said['response_type'] === 'ephemeral' ? said['replace_original'] === false : 'response_action' in said;
}

const connecting: ConnectingStage = {
  async open(deps) {
    const slack = await startFakeSlack(WORKSPACE);
    slack.people(...TAPPERS.map((id) => ({ id })));
    const channel = await openSlackAt(slack.apiUrl, deps, 'socket');
    if (channel.inbound?.kind !== 'connecting') throw new Error('slack connects out');
    const deliver = overSocket(slack.server, () => slack.state.nextId('envelope.'));
    return {
      inbound: channel.inbound,
      platform: {
        async tap(tap): Promise<SocketAnswer> {
          const known = slack.server.notes.length;
          const { payload } = await deliver('interactive', payloadOf(slack, tap));
          if (tap.verdict === 'deny') return { text: JSON.stringify(payload), isPrivate: true };
          const note = await slack.server.note(responseUrlOf(slack, tap), known);
          const body = JSON.stringify(note.body);
          return { text: body, isPrivate: isForOneAlone({ body }) };
        },
        async babble() {
          const frames = ['', 'null', '[]', '{', '{"type":"events_api"}', '{"type":"events_api","payload":null}'];
          const envelopes = [
            { type: 'events_api', envelope_id: 'e1', payload: { event: { type: 'disconnected' } } },
            { type: 'events_api', envelope_id: 'e2', payload: { type: 'event_callback', event: null } },
            { type: 'interactive', envelope_id: 'e3', payload: { type: 'block_actions', user: {}, actions: 7 } },
            { type: 'interactive', envelope_id: 'e4', payload: { actions: [{}] } },
            { type: 'slash_commands', envelope_id: 'e5', payload: { command: '/gate', text: 5 } },
            { type: 'nobody_knows', envelope_id: 'e6', payload: {} },
          ].map((envelope) => JSON.stringify(envelope));
          for (const socket of slack.server.sockets) {
            for (const frame of [...frames, ...envelopes]) socket.send(frame);
            socket.send(Buffer.from([0xff, 0x00]));
          }
          // What comes down the socket afterwards is read afterwards.
          await deliver('interactive', {
            type: 'view_closed',
            user: { id: 'u' },
            team: { id: WORKSPACE },
            view: {},
          });
        },
        refuseAnswers: () => slack.server.refuseNotes(),
        refuseCredentials: () => void (slack.server.isRefusingCredentials = true),
        drop() {
          for (const socket of slack.server.sockets) socket.terminate();
        },
        sockets: () => slack.server.sockets.size,
      },
      secrets: [BOT_TOKEN, APP_TOKEN],
      async close() {
        await channel.stop();
        await slack.close();
      },
    };
  },
};

const slack: Stage = {
  name: 'slack',
  tells: 'question',
  lacks: {
    hang_before_body: 'plain HTTP has no greeting: head and body of a card leave in one go',
    revisions: 'Slack keeps no revisions of a message: the courier has one edit of a card under way at a time',
  },
  async open(deps, at) {
    const fake = await startFakeSlack();
    const channel = await openSlackAt(at === 'fake' ? fake.apiUrl : 'https://slack.invalid/api/', deps);
    return {
      channel,
      fake,
      recipient(number) {
        const user = `U0${String(number)}`;
        fake.people({ id: user });
        const address = `${fake.state.teamId}:${user}`;
        return { kind: 'approver', approver: `approver${String(number)}@example.org` as ApproverId, address };
      },
      secrets: SECRETS,
      async close() {
        await channel.stop();
        await fake.close();
        if (fake.server.faults.length > 0) throw new Error(`Slack would not take it: ${fake.server.faults.join('; ')}`);
      },
    };
  },
  inbound,
  connecting,
};

export const slackStages = [slack] as const;
