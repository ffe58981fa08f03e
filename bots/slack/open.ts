/** Opens the slack channel: one Web API for all of it, a notifier that calls it, and the way in that is configured. */
import type { ChannelDeps, OpenChannel } from '../../src/contract/channel.js';
import type { SlackConfig } from './config.js';
import { slackConversations } from './conversations.js';
import { slackHealth } from './health.js';
import { slackInbound } from './inbound.js';
import { slackSocketInbound } from './inbound/socket.js';
import { slackNotifier } from './notifier.js';
import { slackPeople } from './taps/people.js';
import { slackWeb } from './web.js';

/** Slack takes about one message a second and conversation, and hundreds a minute in all (rate limits, chat.postMessage). */
const SLOTS = 8;

export function openSlack({ botToken, apiUrl, wayIn }: SlackConfig, deps: ChannelDeps): Promise<OpenChannel> {
  const web = slackWeb({ apiUrl, token: botToken });
  const { clock, log, publicUrl } = deps;
  const ofInbound = { web, people: slackPeople(web, clock), clock, log, publicUrl, apiUrl };
  return Promise.resolve({
    notifier: slackNotifier(web, slackConversations(web)),
    inbound:
      wayIn.kind === 'http'
        ? slackInbound(wayIn.signingKeys, ofInbound)
        : slackSocketInbound(wayIn.appToken, ofInbound),
    slots: SLOTS,
    health: (signal) => slackHealth(web, wayIn.kind === 'http' ? 'HTTP' : 'Socket Mode', signal),
    stop: () => Promise.resolve(),
  });
}
