/** Deliveries as `gate queue` prints them, and what it reads of them. */
import { z } from 'zod';
import { utcMinute } from '../../approval/sentences.js';
import { plain } from '../../base/text/plain.js';
import { drawTable } from '../table.js';

const time = z.iso.datetime();
const words = z.string().nullable();

export const DELIVERY = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.string(),
  channel: z.string(),
  transport: z.string(),
  provider: words,
  mailbox: words,
  recipient: z.string(),
  site: words,
  request: words,
  about: words,
  attempts: z.int(),
  lastReason: words,
  isMaybeDuplicate: z.boolean(),
  createdAt: time,
  dueAt: time.nullable(),
  endsAt: time,
  redriveOf: words,
  redrivenAs: words,
});
export const VIEW = DELIVERY.extend({
  log: z.array(
    z.object({
      task: z.string(),
      attempt: z.int(),
      startedAt: time,
      endedAt: time.nullable(),
      outcome: words,
      reason: words,
      tookMs: z.int().nullable(),
      provider: words,
      mailbox: words,
      clientRequestId: words,
      providerRequestId: words,
    }),
  ),
});

type Line = z.output<typeof DELIVERY>;
type View = z.output<typeof VIEW>;

const COLUMNS = ['id', 'made', 'state', 'channel', 'kind', 'recipient', 'site', 'attempts', 'last reason'];

export function drawDeliveries(lines: readonly Line[], columns: number | null): string {
  const rows = lines.map((one) => [
    ...[one.id, inWords(one.createdAt), one.state, one.channel, one.kind, one.recipient],
    ...[one.site ?? '', String(one.attempts), one.lastReason ?? ''],
  ]);
  return drawTable({ columns: COLUMNS, rows }, columns ?? Number.POSITIVE_INFINITY);
}

export function linesOfDelivery(one: View, columns: number | null): string {
  const facts = {
    State: one.isMaybeDuplicate ? `${one.state}, perhaps twice` : one.state,
    Kind: one.kind,
    Channel: one.channel === one.transport ? one.channel : `${one.channel}, carried by ${one.transport}`,
    ...(one.provider === null ? {} : { 'Goes out by': wayOf(one) }),
    Recipient: one.recipient,
    Site: one.site ?? 'none',
    About: one.request === null ? (one.about ?? 'nothing') : `request ${one.request}`,
    Made: inWords(one.createdAt),
    Due: one.dueAt === null ? 'nothing' : inWords(one.dueAt),
    Ends: inWords(one.endsAt),
    'Last reason': one.lastReason ?? 'none',
    ...(one.redriveOf === null ? {} : { 'In place of': one.redriveOf }),
    ...(one.redrivenAs === null ? {} : { 'Sent again as': one.redrivenAs }),
  };
  const lines = Object.entries(facts).map(([name, fact]) => `${`${name}:`.padEnd(15)}${plain(fact)}\n`);
  return `${plain(one.id)}\n${lines.join('')}${drawAttempts(one, columns)}`;
}

function drawAttempts({ log }: View, columns: number | null): string {
  if (log.length === 0) return 'There was no attempt yet.\n';
  const isMail = log.some((one) => wayOf(one) !== '');
  const isKnownElsewhere = log.some((one) => idsOf(one) !== '');
  const rows = log.map((one) => [
    ...[inWords(one.startedAt), String(one.attempt), one.task, one.outcome ?? 'running', one.reason ?? ''],
    one.tookMs === null ? '' : `${String(one.tookMs)} ms`,
    ...(isMail ? [wayOf(one)] : []),
    ...(isKnownElsewhere ? [idsOf(one)] : []),
  ]);
  const further = [...(isMail ? ['by'] : []), ...(isKnownElsewhere ? ['request ids'] : [])];
  const table = { columns: ['began', 'attempt', 'task', 'outcome', 'reason', 'took', ...further], rows };
  return `\n${drawTable(table, columns ?? Number.POSITIVE_INFINITY)}`;
}

/** By which provider, and from which mailbox. */
function wayOf({ provider, mailbox }: { readonly provider: string | null; readonly mailbox: string | null }): string {
  return provider === null ? '' : `${provider}, from ${mailbox ?? ''}`;
}

/** By what the provider finds the call: ours, and its own. */
function idsOf({ clientRequestId, providerRequestId }: View['log'][number]): string {
  return [clientRequestId, providerRequestId].filter((id) => id !== null).join(' ');
}

function inWords(iso: string): string {
  return utcMinute(Date.parse(iso));
}
