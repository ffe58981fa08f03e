/** `mute` and `unmute`: no cards from a site or an address for a while. */
import { shortenedSentences, utcMinute } from '../../approval/sentences.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { MuteAnswer } from '../../contract/desk.js';
import { failed, forbidden, ok, repeated, unavailable } from '../answers.js';
import type { Parameter } from '../declaration.js';
import { FOR } from '../parameters.js';
import { isoTime } from '../request-data.js';
import { defineVerb } from '../verb.js';

const WHAT = {
  kind: 'word',
  isRequired: true,
  shown: 'site|address',
  help: "a site's host, or an address: then on every site",
} as const satisfies Parameter;

export const muteVerb = defineVerb({
  name: 'mute',
  summary: 'send no cards from a site or an address for a while: an hour, or as said, at most 7 days',
  parameters: {
    what: WHAT,
    for: { ...FOR, shown: '1h', help: 'how long, at most 7d: 30m, 8h, 2d (default: 1h)' },
  },
  examples: [{ what: '203.0.113.7', for: '1d' }, { what: 'stg.example.org' }],
  async run({ what, for: ttlSeconds = null }, { desk, acting }) {
    const answer = await desk.mute({ what, ttlSeconds, ...acting });
    const unknown = `“${what}” is neither a site nor an address. Write a site's host, or an address like 203.0.113.7.`;
    return muteAnswer(answer, unknown);
  },
});

export const unmuteVerb = defineVerb({
  name: 'unmute',
  summary: 'send the cards of a muted site or address again',
  parameters: { what: WHAT },
  examples: [{ what: '203.0.113.7' }],
  async run({ what }, { desk, acting }) {
    return muteAnswer(await desk.unmute({ what, ...acting }), `“${what}” is not muted.`);
  },
});

function muteAnswer(answer: MuteAnswer, unknown: string): CommandAnswer {
  switch (answer.kind) {
    case 'muted': {
      const until = utcMinute(answer.untilMs);
      const line = `Muted. No cards from ${subjectOf(answer)} until ${until}; visitors who ask are told that no requests are taken.`;
      const { sites, address, untilMs } = answer;
      return ok([line, ...shortenedSentences(answer.shortened)], { sites, address, until: isoTime(untilMs) });
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
