/** What operators ask for of the queue, as a query says it: for the API and the page alike. A wrong field is named, and so is an unknown one. */
import { z } from 'zod';
import { DELIVERY_KINDS, DELIVERY_STATES, RETRIABLE_STATES } from '../../../approval/delivery.js';
import { parseDurationSeconds } from '../../../approval/duration.js';
import type { DeliveryFilter } from '../../../contract/ledger.js';
import { OPERATOR } from './json-post.js';

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;
const ONCE = 'must be given once';

const words = z.string(ONCE).min(1, 'is empty').max(254, 'is too long');
const span = z
  .string(ONCE)
  .refine((text) => parseDurationSeconds(text) !== null, 'must be a duration like 30m, 8h or 7d');
const oneOf = <Word extends string>(known: readonly Word[]) => z.enum(known, `must be one of ${known.join(', ')}`);

const FIELDS = {
  state: oneOf(DELIVERY_STATES).optional(),
  kind: oneOf(DELIVERY_KINDS).optional(),
  channel: words.optional(),
  transport: words.optional(),
  provider: words.optional(),
  mailbox: words.optional(),
  site: words.optional(),
  recipient: words.optional(),
  older_than: span.optional(),
  newer_than: span.optional(),
};
type Fields = z.output<z.ZodObject<typeof FIELDS>>;
type Field = keyof Fields;

const CURSOR = words.regex(/^\d{1,15}\.[\w-]+$/, 'must be the next of a page').optional();
const COUNT = z.coerce.number('must be a number').int('must be whole').min(1, 'must be at least 1');
export const LIST = z.strictObject({
  ...FIELDS,
  cursor: CURSOR,
  limit: COUNT.max(MAX_PAGE, `must be at most ${String(MAX_PAGE)}`).default(DEFAULT_PAGE),
});
/** As the page has it. */
export const PAGE = z.strictObject({ ...FIELDS, cursor: CURSOR });
const isRestricted = (query: Fields): boolean => Object.keys(wireFilter(query)).length > 0;
const TOO_WIDE = { message: `name at least one of ${Object.keys(FIELDS).join(', ')}` };
export const PURGE = z
  .strictObject({ ...FIELDS, dry_run: oneOf(['true', 'false']).default('false'), operator: OPERATOR })
  .refine(isRestricted, TOO_WIDE);
/** What is sent again has failed, bounced or was cancelled. */
const RETRIABLE = oneOf(RETRIABLE_STATES);
export const RETRY = z.strictObject({
  ...FIELDS,
  state: RETRIABLE,
  dry_run: oneOf(['true', 'false']).default('false'),
});
export const RETRIED = z.strictObject({ ...FIELDS, state: RETRIABLE });
export const RESTRICTED = z.strictObject(FIELDS).refine(isRestricted, TOO_WIDE);

export function filterOf(query: Fields): DeliveryFilter {
  const { state, kind, channel, transport, site, recipient, older_than, newer_than, provider, mailbox } = query;
  return {
    state,
    kind,
    channel,
    transport,
    provider,
    mailbox,
    site,
    recipient,
    olderThanMs: spanMs(older_than),
    newerThanMs: spanMs(newer_than),
  };
}

/** The fields of a filter alone, as they were given, to go into another query. */
export function wireFilter(query: Fields): Readonly<Partial<Record<Field, string>>> {
  const given = (Object.keys(FIELDS) as Field[]).flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

function spanMs(text: string | undefined): number | undefined {
  const seconds = text === undefined ? null : parseDurationSeconds(text);
  return seconds === null ? undefined : seconds * 1_000;
}
