/** The keys of `[producers.<name>]`, each with its words and its check. */
import { z } from 'zod';
import { described } from '../../described.js';
import { canonicalHost, isNarrow } from '../../host.js';
import type { Wrong } from '../../problems.js';
import { judged } from '../../read-table.js';
import { webAddressWrong } from '../../web-address.js';
import { impliedChannels, listed, type KnownChannels } from '../known-channel.js';
import { CALLBACK_KEYS } from './callback-key.js';
import { PROOF_KEYS } from './proof-keys.js';

/** What one installation could send. */
const MAX_MAIL_CAP = 1_000_000;

export type ProducerKeys = ReturnType<typeof producerKeys>;

export function producerKeys(channels: KnownChannels) {
  return {
    hosts: described(z.array(judged(patternWrong)).min(1), {
      meaning: 'The hosts that it may ask for. Required, unless it only sends mails.',
      form: 'a list of host names, or of patterns with a star for the first labels',
      example: '["stg.example.org", "*.dev.example.org"]',
    }),
    approvers: described(z.array(z.string()).min(1), {
      meaning: 'Whom it may ask.',
      form: 'a list of handles of `[approvers]`',
      default: 'every approver',
      example: '["rpm@koder.dev"]',
    }),
    notifiers: notifiersKey(channels),
    confirm: described(z.enum(['ours', 'theirs']), {
      meaning: "Whose confirm page cards link to: the gate's, or the producer's.",
      form: '`"ours"` or `"theirs"`',
      default: '"ours"',
      example: '"ours"',
    }),
    callback_url: described(
      judged((text) => webAddressWrong(text, 'any')),
      {
        meaning: 'Where the outcome of its requests is told, signed.',
        form: 'an https URL; plain http on loopback only',
        default: 'it is not told',
        example: '"https://jet.example.org/decisions"',
      },
    ),
    mail: described(z.boolean(), {
      meaning: 'Whether it may have mails sent, by `POST /api/v1/mails`.',
      form: '`true` or `false`',
      default: 'false',
      example: 'true',
    }),
    mail_per_minute: mailCap('a minute', DEFAULT_MAIL_CAPS.perMinute),
    mail_per_day: mailCap('a day', DEFAULT_MAIL_CAPS.perDay),
    ...CALLBACK_KEYS,
    ...PROOF_KEYS,
  };
}

function notifiersKey(channels: KnownChannels) {
  const implied = impliedChannels(channels);
  const endpoints = [...channels.values()].filter(({ producerEndpoint }) => producerEndpoint !== null);
  const told = endpoints
    .filter(({ name }) => implied.includes(name))
    .map(({ name, producerEndpoint }) => `\`${listed([name])}\` at the endpoint \`${producerEndpoint ?? ''}\``);
  return described(z.array(z.string()).min(1), {
    meaning: 'Over which channels its requests go out.',
    form: 'a list of channels',
    default: [...told, ...(endpoints.length > told.length ? ['none at the other'] : [])].join(', '),
    example: listed(implied.slice(0, 1)),
  });
}

export const DEFAULT_MAIL_CAPS = { perMinute: 60, perDay: 2_000 } as const;

function mailCap(per: string, standard: number) {
  return described(z.number().int().min(1).max(MAX_MAIL_CAP), {
    meaning: `How many recipients its mails may have together in ${per}.`,
    form: `a whole number from 1 to ${MAX_MAIL_CAP.toLocaleString('en')}`,
    default: String(standard),
    example: String(standard),
  });
}

/** A host, or `*.` before a host that is somebody's own: `*.org` would match far too much. */
function patternWrong(text: string): Wrong | null {
  const isPattern = text.startsWith('*.');
  const host = canonicalHost(isPattern ? text.slice(2) : text);
  if (host !== null && (!isPattern || isNarrow(host))) return null;
  return { problem: `"${text}" is not a host pattern`, cure: 'Write stg.example.org or *.dev.example.org.' };
}
