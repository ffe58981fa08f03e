/** `mute` and `unmute`: no cards from a site or an address for a while. */
import { utcMinute } from '../../approval/sentences.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { MuteAnswer } from '../../contract/desk.js';
import { badDuration, failed, forbidden, ok, repeated, unavailable } from '../answers.js';
import { optionalDuration } from '../optional-duration.js';
import { isoTime } from '../request-data.js';
import type { Verb } from '../verb.js';

export const muteVerb = {
  name: 'mute',
  usage: 'mute <site|address> [for 1h]',
  summary: 'Sends no cards from a site or an address for a while: an hour, or as said, at most 7 days.',
  example: 'mute 203.0.113.7 for 1d',
  async run({ words, desk, call }) {
    const timed = optionalDuration(words);
    if (timed.kind === 'bad') return badDuration(timed.text);
    const [what, ...rest] = timed.words;
    if (what === undefined || rest.length > 0) return null;
    const { actor, surface, tapId } = call;
    const answer = await desk.mute({ what, ttlSeconds: timed.ttlSeconds, actor, surface, tapId });
    const unknown = `“${what}” is neither a site nor an address. Write a site's host, or an address like 203.0.113.7.`;
    return muteAnswer(answer, unknown);
  },
} as const satisfies Verb;

export const unmuteVerb = {
  name: 'unmute',
  usage: 'unmute <site|address>',
  summary: 'Sends its cards again.',
  example: 'unmute 203.0.113.7',
  async run({ words, desk, call }) {
    const [what, ...rest] = words;
    if (what === undefined || rest.length > 0) return null;
    const { actor, surface, tapId } = call;
    return muteAnswer(await desk.unmute({ what, actor, surface, tapId }), `“${what}” is not muted.`);
  },
} as const satisfies Verb;

function muteAnswer(answer: MuteAnswer, unknown: string): CommandAnswer {
  switch (answer.kind) {
    case 'muted': {
      const until = utcMinute(answer.untilMs);
      const line = `Muted. No cards from ${subjectOf(answer)} until ${until}; who asks is told so.`;
      const { sites, address, untilMs } = answer;
      return ok([line], { sites, address, until: isoTime(untilMs) });
    }
    case 'unmuted':
      return ok([`Cards from ${subjectOf(answer)} are sent again.`], { sites: answer.sites, address: answer.address });
    case 'repeated':
      return repeated();
    case 'unknown':
      return failed('unknown', unknown);
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
}

function subjectOf({ sites, address }: Extract<MuteAnswer, { kind: 'muted' | 'unmuted' }>): string {
  return address === null ? sites.join(', ') : `${address} on ${sites.join(', ')}`;
}
