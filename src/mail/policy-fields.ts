/**
 * Every field of a provider's policy: its bounds, its words and its default. `[mail.providers.<name>]` and commands read by it, and
 * docs/configuration.md is made of it.
 */
import { z } from 'zod';
import type { MailProvider } from '../contract/mail-records.js';
import type { Setting } from '../contract/setting.js';
import { headersWrong, senderWrong, type Wrong } from './policy-words.js';

export type MailKind = MailProvider['kind'];

export interface PolicyField<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly setting: Setting;
  readonly defaults: Readonly<Record<MailKind, z.output<S>>>;
}

/** `default` is said for both kinds where they differ. */
function field<S extends z.ZodType>(
  schema: S,
  defaults: z.output<S> | Readonly<Record<MailKind, z.output<S>>>,
  setting: Setting,
): PolicyField<S> {
  return { schema, setting, defaults: isByKind(defaults) ? defaults : { smtp: defaults, graph: defaults } };
}

function isByKind<T>(defaults: T | Readonly<Record<MailKind, T>>): defaults is Readonly<Record<MailKind, T>> {
  return typeof defaults === 'object' && defaults !== null && 'smtp' in defaults;
}

/** A text or a table, checked by one of our functions; the cure goes with the problem. */
function judged<S extends z.ZodType>(schema: S, check: (value: z.output<S>) => Wrong | null): S {
  return schema.check((context) => {
    const wrong = check(context.value);
    if (wrong === null) return;
    context.issues.push({ code: 'custom', input: context.value, message: wrong.problem, params: { cure: wrong.cure } });
  });
}

const SECONDS_OF_30_DAYS = 2_592_000;
const SECONDS_OF_A_DAY = 86_400;

const CODE = z.string().regex(/^[A-Za-z][\w.-]{0,63}$/);
const CODES = z.array(CODE).max(100);

const THROTTLE = {
  per_minute: field(
    z.int().min(0).max(10_000),
    { smtp: 0, graph: 30 },
    {
      meaning:
        'How many mails go out from one mailbox within any 60 s, over all processes. Those beyond wait, and that is no attempt. 0: as many as there are.',
      form: 'mails a minute and mailbox, 0 to 10000',
      default: '30 for `graph`, 0 for `smtp`',
      example: '30',
    },
  ),
  at_once: field(
    z.int().min(0).max(100),
    { smtp: 0, graph: 3 },
    {
      meaning: 'How many mails are handed to the provider at once, over all processes. 0: as many as each process may.',
      form: 'mails, 0 to 100',
      default: '3 for `graph`, 0 for `smtp`',
      example: '3',
    },
  ),
};

const HTTP = {
  connect_ms: field(
    z.int().min(100).max(30_000),
    { smtp: 10_000, graph: 3_000 },
    {
      meaning: 'How long connecting to the provider may take.',
      form: 'milliseconds, 100 to 30000',
      default: '10000 for `smtp`, 3000 for `graph`',
      example: '5000',
    },
  ),
  total_ms: field(
    z.int().min(500).max(60_000),
    { smtp: 60_000, graph: 6_000 },
    {
      meaning:
        'How long one call may take, from connecting to the last byte of the answer; of `smtp` how long one mail may. The attempt at a card ends after 6.5 s, and that at any other mail after 65 s, whatever stands here.',
      form: 'milliseconds, 500 to 60000',
      default: '60000 for `smtp`, 6000 for `graph`',
      example: '6000',
    },
  ),
  answer_bytes: field(z.int().min(1_024).max(10_485_760), 262_144, {
    meaning: 'Of a longer answer the rest is not read, and the call counts as failed. Of `graph`.',
    form: 'bytes, 1024 to 10485760 (10 MiB)',
    default: '262144',
    example: '262144',
  }),
};

const TOKEN = {
  early_refresh: field(z.number().min(0.1).max(0.95), 0.8, {
    meaning: 'After which share of its life an access token is fetched anew.',
    form: 'a share, 0.1 to 0.95',
    default: '0.8',
    example: '0.8',
  }),
};

const RETRY = {
  waits_sec: field(z.array(z.int().min(1).max(SECONDS_OF_A_DAY)).max(20), [], {
    meaning: 'How long to wait after the first failed attempt, the second, and so on; the last one holds from then on.',
    form: 'a list of at most 20 numbers of seconds, 1 to 86400 each',
    default: "those of the delivery's kind (docs/mail.md)",
    example: '[5, 30, 120, 600]',
  }),
  jitter: field(z.number().min(0).max(1), 0.25, {
    meaning: 'By up to which share a wait is stretched, so that what failed together does not come back together.',
    form: 'a share, 0 to 1',
    default: '0.25',
    example: '0.25',
  }),
  longest_sec: field(z.int().min(1).max(SECONDS_OF_A_DAY), 14_400, {
    meaning: 'No wait is planned longer. What the provider itself asks for is waited for all the same.',
    form: 'seconds, 1 to 86400 (a day)',
    default: '14400 (4 h)',
    example: '3600',
  }),
  attempts: field(z.int().min(1).max(10_000), 1_000, {
    meaning: 'A mail has failed after so many attempts, however much time it has left.',
    form: 'attempts, 1 to 10000',
    default: '1000',
    example: '20',
  }),
  lifetime_sec: field(z.int().min(60).max(SECONDS_OF_30_DAYS), SECONDS_OF_30_DAYS, {
    meaning: "No attempt begins so long after the mail was queued. The mail's own end may come before.",
    form: 'seconds, 60 to 2592000 (30 days)',
    default: "2592000 (30 days): in effect the mail's own end",
    example: '86400',
  }),
};

const MAIL = {
  from: field(judged(z.string().max(320), senderWrong), '', {
    meaning: 'Whom mails are from, where the provider lets a mailbox send as another. Else the mailbox itself.',
    form: 'an e-mail address, perhaps with a name',
    default: 'the mailbox, with its name',
    example: '"Koder Gate <gate@example.org>"',
  }),
  reply_to: field(judged(z.string().max(320), senderWrong), '', {
    meaning: 'Where answers to mails go.',
    form: 'an e-mail address',
    default: 'none: to the sender',
    example: '"operations@example.org"',
  }),
  headers: field(
    judged(z.record(z.string(), z.string()), headersWrong),
    {},
    {
      meaning: 'Further headers of every mail. Those that a mail has anyway are refused.',
      form: 'a table of at most 20 headers, each `X-…` or `List-…` (of `graph` `X-…` alone)',
      default: 'none',
      example: '{ X-Environment = "staging" }',
    },
  ),
  save_to_sent: field(z.boolean(), true, {
    meaning:
      "Whether a copy of each mail stays in the mailbox's Sent Items. Without, it is deleted once it was found there, which is how it is seen that a mail was sent; wants Mail.ReadWrite. Of `graph`: over SMTP the server decides.",
    form: 'true or false',
    default: 'true',
    example: 'false',
  }),
};

const TERMINAL = {
  soft_bounce: field(z.boolean(), false, {
    meaning:
      'Keeps everything while you repair something: what is refused for good is tried again as if it had been refused for now.',
    form: 'true or false',
    default: 'false',
    example: 'true',
  }),
  final: field(CODES, [], {
    meaning: 'Codes of refusals that end a mail although they would be tried again.',
    form: 'a list of codes, as `gate queue show` tells them, at most 100',
    default: 'none: as docs/mail.md says',
    example: '["smtp_452"]',
  }),
  retried: field(CODES, [], {
    meaning: 'Codes of refusals that are tried again although they would end a mail.',
    form: 'a list of codes, as `gate queue show` tells them, at most 100',
    default: 'none: as docs/mail.md says',
    example: '["smtp_554"]',
  }),
};

export const POLICY_TABLES = {
  throttle: THROTTLE,
  http: HTTP,
  token: TOKEN,
  retry: RETRY,
  mail: MAIL,
  terminal: TERMINAL,
} as const;
