/** One authenticated call that changes nothing: does the Talk server know this bot, by token and by signature? */
import type { Health } from '../../src/contract/channel.js';
import { unhealthy } from '../kit/unhealthy.js';
import type { TalkServer } from './talk-server.js';

export async function talkHealth(server: TalkServer, signal: AbortSignal): Promise<Health> {
  const answer = await server.me(signal);
  if (answer.kind !== 'answered') {
    return unhealthy(`no answer from the Talk server: ${answer.reason}`, 'Check TALK_API_URL and the network between.');
  }
  if (answer.status === 401 || answer.status === 403) {
    return unhealthy('the Talk server refuses the bot', 'Check TALK_BOT_TOKEN and TALK_SIGNING_SECRET on both sides.');
  }
  if (answer.status === 408) return unhealthy('the clocks differ by more than 5 minutes', 'Set both clocks by NTP.');
  if (answer.status !== 200) {
    return unhealthy(`the Talk server answers ${String(answer.status)}`, 'Check TALK_API_URL: it ends before /v1.');
  }
  return { kind: 'healthy', detail: 'the Talk server knows the bot, by token and signature' };
}
