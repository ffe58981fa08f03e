/** `who` and `link`: for which approver a chat account decides. Their answers are shown only to the person. */
import { LINK_CODE_TTL_SECONDS } from '../../approval/link-code.js';
import { actorName } from '../../approval/authority.js';
import { durationInWords } from '../../approval/duration.js';
import type { Actor } from '../../approval/request.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { LinkCodeAnswer, WhoAmI } from '../../contract/desk.js';
import { drawn, failed, forbidden, ok, repeated, unavailable } from '../answers.js';
import { isoTime } from '../request-data.js';
import { defineVerb } from '../verb.js';

export const whoVerb = defineVerb({
  name: 'who',
  summary: 'say who you are here, and for which sites you decide',
  parameters: {},
  examples: [{}],
  async run(_args, { desk, acting: { actor } }) {
    return drawn(await desk.who(actor), {
      seen: (whoami) => ok(whoamiInWords(actor, whoami), whoami),
      unknown: () => failed('unknown', 'Nobody is known by this name.'),
    });
  },
});

export const linkVerb = defineVerb({
  name: 'link',
  summary: 'give a code that binds this chat account to you',
  parameters: {},
  examples: [{}],
  isFor: 'chat',
  async run(_args, { desk, acting }) {
    return codeInWords(await desk.linkCode(acting), acting.actor);
  },
});

function whoamiInWords(actor: Actor, { name, approvers, sites, isLinked }: WhoAmI): readonly string[] {
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
