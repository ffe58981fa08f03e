/** One authenticated call that changes nothing: whose bot this is, and whether it may do what cards need. */
import type { Health } from '../../src/contract/channel.js';
import { unhealthy } from '../kit/unhealthy.js';
import { classifyPreparation } from './classify.js';
import type { SlackWeb } from './web.js';

/** What bots/slack/manifest.yaml asks for and no card comes without. */
export const NEEDED_SCOPES = ['chat:write', 'commands', 'im:history', 'im:write', 'users:read'] as const;
/** Where a site posts to a room; without them a card there may come twice. */
export const ROOM_SCOPES = ['channels:history', 'groups:history'] as const;

export async function slackHealth(web: SlackWeb, way: 'HTTP' | 'Socket Mode', signal: AbortSignal): Promise<Health> {
  const answer = await web.call('auth.test', { signal });
  if (answer.kind !== 'ok') {
    const why = classifyPreparation(answer);
    const reason = 'reason' in why ? why.reason : 'answer_malformed';
    if (why.kind === 'refused') return unhealthy(`Slack refuses the bot: ${reason}`, 'Check SLACK_BOT_TOKEN.');
    return unhealthy(`no answer from Slack: ${reason}`, 'Check SLACK_API_URL and the network between.');
  }
  const missing = answer.scopes === null ? [] : NEEDED_SCOPES.filter((scope) => !answer.scopes?.includes(scope));
  if (missing.length > 0) {
    const cure = 'Update the app from bots/slack/manifest.yaml and install it again.';
    return unhealthy(`the bot lacks ${missing.join(', ')}`, cure);
  }
  return { kind: 'healthy', detail: `Slack knows the bot, in workspace ${idIn(answer.body['team_id'])}, by ${way}` };
}

/** Only what is an id for sure: nothing else of Slack's words is repeated. */
function idIn(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9]{1,40}$/.test(value) ? value : 'unknown';
}
