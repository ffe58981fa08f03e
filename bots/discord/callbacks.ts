/** Answers to interactions over the API: named by the interaction's own token, which is logged nowhere. */
import type { Log } from '../../src/base/process/log.js';
import type { ApiAnswer, DiscordApi } from './api.js';
import type { Interaction } from './interaction.js';
import { CALLBACK, type InteractionResponse, type Reply } from './reply.js';

export interface Callbacks {
  /** The first answer to what came by the gateway. Answers whether Discord took it. */
  respond(interaction: Interaction, response: InteractionResponse): Promise<boolean>;
  /** The second one, where the first was `thinking`. */
  replace(interaction: Interaction, later: Reply): Promise<boolean>;
}

/** How long Discord waits for a first answer; a second answer gets the same bound. */
const TAKEN_WITHIN_MS = 3_000;

export function callbacks(api: DiscordApi, applicationId: string, log: Log): Callbacks {
  const call = async (method: 'POST' | 'PATCH', path: `/${string}`, body: unknown): Promise<boolean> => {
    const taken = await api.call({ method, path, body, isOurs: false, signal: AbortSignal.timeout(TAKEN_WITHIN_MS) });
    if (taken.kind !== 'ok') log.warn('discord did not take an answer', { kind: taken.kind, code: codeOf(taken) });
    return taken.kind === 'ok';
  };
  return {
    respond: ({ tapId, token }, response) =>
      call('POST', `/interactions/${encodeURIComponent(tapId)}/${encodeURIComponent(token ?? '')}/callback`, response),
    replace({ token }, { response }) {
      if (response.type !== CALLBACK.message) return Promise.resolve(false);
      // Without its flags: whether it is private was settled by the first answer.
      const { content, embeds, allowed_mentions } = response.data;
      const message = {
        allowed_mentions,
        ...(content === undefined ? {} : { content }),
        ...(embeds === undefined ? {} : { embeds }),
      };
      const path = `/webhooks/${applicationId}/${encodeURIComponent(token ?? '')}/messages/%40original` as const;
      return call('PATCH', path, message);
    },
  };
}

/** 10062: too late. 40060: answered already, by us or by another process. In both cases a decision that was made stands. */
function codeOf(taken: ApiAnswer): number | null {
  return taken.kind === 'refused' ? taken.code : null;
}
