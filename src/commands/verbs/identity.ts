/** `who` and `link`: for which approver a chat account decides. Their answers are shown only to the person. */
import { LINK_CODE_TTL_SECONDS } from '../../approval/link-code.js';
import { actorName } from '../../approval/authority.js';
import { durationInWords } from '../../approval/duration.js';
import type { Actor } from '../../approval/request.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { LinkCodeAnswer, Standing } from '../../contract/desk.js';
import { drawn, failed, forbidden, ok, repeated, unavailable } from '../answers.js';
import { isoTime } from '../request-data.js';
import type { Verb } from '../verb.js';

export const whoVerb = {
  name: 'who',
  usage: 'who',
  summary: 'Says who you are here, and for which sites you decide.',
  example: 'who',
  async run({ words, desk, call }) {
    if (words.length > 0) return null;
    return drawn(await desk.who(call.actor), {
      seen: (standing) => ok(standingInWords(call.actor, standing), standing),
      unknown: () => failed('unknown', 'Nobody is known by this name.'),
    });
  },
} as const satisfies Verb;

export const linkVerb = {
  name: 'link',
  usage: 'link',
  summary: 'Gives a code that binds this chat account to you.',
  example: 'link',
  isFor: 'chat',
  async run({ words, desk, call }) {
    if (words.length > 0) return null;
    const { actor, surface, tapId } = call;
    return codeInWords(await desk.linkCode({ actor, surface, tapId }), actor);
  },
} as const satisfies Verb;

function standingInWords(actor: Actor, { name, approvers, sites, isLinked }: Standing): readonly string[] {
  const bound = isLinked ? ['This account was bound by link; unlink undoes that.'] : [];
  if (actor.kind === 'chat' && approvers.length === 0)
    return [`You are ${name}, and no approver is known by this account. Type link to bind it to one.`, ...bound];
  const shared = approvers.length > 1 ? [`Several approvers share this account: ${approvers.join(', ')}.`] : [];
  return [`You are ${name}.`, ...shared, deciding(sites), ...bound];
}

function deciding(sites: readonly string[]): string {
  return sites.length === 0 ? 'You decide for no site.' : `You decide for ${sites.join(', ')}.`;
}

const CODE_LASTS = durationInWords(LINK_CODE_TTL_SECONDS);

function codeInWords(answer: LinkCodeAnswer, actor: Actor): CommandAnswer {
  switch (answer.kind) {
    case 'code': {
      const { code, url, expiresAtMs } = answer;
      const lines = [
        `Your code: ${code}`,
        `Enter it at ${url} within ${CODE_LASTS}, signed in as yourself. It works once.`,
        `The page will name this account, ${actorName(actor)}, and ask. Whoever binds it lets it decide in their name.`,
      ];
      return ok(lines, { code, url, expiresAt: isoTime(expiresAtMs) });
    }
    case 'too_many': {
      const wait = durationInWords(answer.retryAfterSeconds);
      return failed('too_many', `There were too many codes lately. Use the last one, or ask again in ${wait}.`);
    }
    case 'repeated':
      return repeated();
    case 'no_chat_account':
      return noChatAccount();
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
}

export function noChatAccount(): CommandAnswer {
  return failed(
    'no_chat_account',
    'There is no chat account here to bind. Type /gate link in the chat whose account is meant.',
  );
}
