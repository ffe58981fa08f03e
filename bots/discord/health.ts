/** One authenticated call that changes nothing, and what is known besides: does Discord know this bot, and will taps arrive? */
import { fieldsOf } from '../../src/base/text/fields.js';
import type { Health } from '../../src/contract/channel.js';
import { unhealthy } from '../kit/unhealthy.js';
import type { DiscordApi } from './api.js';
import type { DiscordConfig } from './config.js';
import type { GatewayState } from './inbound-gateway.js';
import { INTERACTIONS_PATH } from './inbound.js';
import type { Registration } from './commands/registration.js';

export interface HealthDeps {
  readonly api: DiscordApi;
  readonly config: DiscordConfig;
  readonly publicUrl: string;
  readonly registration: () => Registration;
  /** Null where taps come in by HTTP. */
  readonly gateway: (() => GatewayState) | null;
}

const PORTAL = 'at https://discord.com/developers/applications';

export async function discordHealth(deps: HealthDeps, signal: AbortSignal): Promise<Health> {
  const answer = await deps.api.call({ method: 'GET', path: '/applications/@me', signal });
  switch (answer.kind) {
    case 'ok':
      return judge(fieldsOf(answer.body), deps);
    case 'refused':
      return answer.status === 401
        ? unhealthy('Discord refuses the bot token', `Reset the token ${PORTAL}, page Bot, and set DISCORD_BOT_TOKEN.`)
        : unhealthy(`Discord answers ${String(answer.status)}`, 'Check DISCORD_API_URL: it ends before /v10.');
    case 'limited':
      return unhealthy('Discord limits the rate of our calls', 'Wait; if it stays so, see what else uses this bot.');
    case 'broken':
      return unhealthy(
        `Discord answers ${String(answer.status)}`,
        'Wait: https://discordstatus.com says how Discord is.',
      );
    case 'not_sent':
    case 'no_answer':
      return unhealthy(`no answer from Discord: ${answer.reason}`, 'Check DISCORD_API_URL and the network between.');
  }
}

function judge(application: Readonly<Record<string, unknown>>, deps: HealthDeps): Health {
  const { config, registration, gateway } = deps;
  if (application['id'] !== config.applicationId) {
    return unhealthy(
      'the bot token is another application’s',
      `Copy Application ID ${PORTAL} to DISCORD_APPLICATION_ID.`,
    );
  }
  const wayIn = gateway === null ? byHttp(application, deps) : byGateway(application, gateway());
  if (wayIn.kind === 'unhealthy') return wayIn;
  const commands = registration();
  if (commands.kind === 'failed') {
    return unhealthy(
      `the slash commands are not registered: ${commands.reason}`,
      'It tries again by itself, for as long as it runs.',
    );
  }
  return wayIn;
}

function byHttp(application: Readonly<Record<string, unknown>>, { config, publicUrl }: HealthDeps): Health {
  const endpoint = `${publicUrl}${INTERACTIONS_PATH}`;
  if (!config.publicKeys.includes(String(application['verify_key']))) {
    return unhealthy(
      'Discord signs with a key that is not configured',
      `Copy Public Key ${PORTAL} to DISCORD_PUBLIC_KEY.`,
    );
  }
  if (application['interactions_endpoint_url'] === endpoint) {
    return { kind: 'healthy', detail: 'Discord knows the bot, and calls the gate for taps' };
  }
  const cure = `Set Interactions Endpoint URL ${PORTAL}, page General Information, to ${endpoint}`;
  return unhealthy('Discord calls another address for taps, or none', cure);
}

function byGateway(application: Readonly<Record<string, unknown>>, state: GatewayState): Health {
  // Discord sends interactions to one of the two, never to both.
  if ((application['interactions_endpoint_url'] ?? null) !== null) {
    const cure = `Clear Interactions Endpoint URL ${PORTAL}, page General Information, or set DISCORD_PUBLIC_KEY.`;
    return unhealthy('taps go to an interactions endpoint, and not to the gateway', cure);
  }
  switch (state.kind) {
    case 'up':
      return { kind: 'healthy', detail: 'Discord knows the bot, and the gateway is open' };
    case 'idle':
      return { kind: 'healthy', detail: 'Discord knows the bot; this process holds no gateway' };
    case 'connecting':
      return { kind: 'healthy', detail: 'Discord knows the bot; the gateway is being opened' };
    case 'lost':
      return unhealthy(
        `the gateway was lost: ${state.reason}`,
        'It connects again by itself; check the network if it stays so.',
      );
    case 'refused':
      return unhealthy(
        `the gateway refuses the bot: ${state.reason}`,
        `Check DISCORD_BOT_TOKEN, and the bot ${PORTAL}; then restart.`,
      );
  }
}
