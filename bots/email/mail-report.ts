/**
 * What a mail system reports of a mail of ours: a delivery status (RFC 3464) or a complaint (RFC 5965), both as
 * `multipart/report` with the mail, or its header, attached. Anybody can send a mail that looks like one, so that nothing
 * is taken from it but codes, and nothing else of a mail is read at all.
 */
import PostalMime, { type Attachment } from 'postal-mime';
import type { MailReport } from '../../src/contract/ledger.js';
import { readFields, readGroups, type Fields } from './header-block.js';
import { deliveryIdIn, deliveryIdOf, MESSAGE_HEADER } from './message-id.js';
import type { OwnMails } from './own-mails.js';

export interface ReadReport {
  readonly deliveryId: string;
  readonly what: MailReport;
  /** `dsn_5.1.1`, `arf_abuse`: no word of the reporter's own. */
  readonly reason: string;
}

/** The parser's time grows with the square of the number of parts; a report has a handful of delimiters. */
const MAX_DELIMITER_LINES = 400;
const LIMITS = { maxNestingDepth: 16, maxHeadersSize: 65_536, maxRfc822NestingDepth: 0 } as const;
const STATUS_TYPES = ['message/delivery-status', 'message/global-delivery-status'];
const COMPLAINT_TYPE = 'message/feedback-report';
const ORIGINAL_TYPES = [
  'message/rfc822',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
];
/** RFC 3464, 2.3.3, the worst first: where one mail was forwarded to several recipients, the worst result counts. */
const ACTIONS: readonly (readonly [action: string, what: MailReport])[] = [
  ['failed', 'bounced'],
  ['delayed', 'delayed'],
  ['delivered', 'delivered'],
  ['relayed', 'delivered'],
  ['expanded', 'delivered'],
];
/** RFC 5965, 7.3, but for what is no recipient's word: `auth-failure` and `dmarc` come from servers, `not-spam` takes a complaint back. */
const COMPLAINTS = ['abuse', 'fraud', 'virus', 'other', 'opt-out'];

/** Null: not a report, or not about a mail of ours. */
export async function readMailReport(raw: Buffer, own: OwnMails): Promise<ReadReport | null> {
  const text = raw.toString('latin1');
  const header = readFields(text);
  if (!isReport(header) || delimiterLines(text) > MAX_DELIMITER_LINES) return null;
  const parts = await partsOf(raw);
  const deliveryId = originalDelivery(parts, header, own);
  const told = statusIn(parts) ?? complaintIn(parts);
  return deliveryId === null || told === null ? null : { deliveryId, ...told };
}

function isReport(header: Fields): boolean {
  return /^multipart\/report\s*(;|$)/i.test(header.get('content-type') ?? '');
}

function delimiterLines(text: string): number {
  return text.match(/^--/gm)?.length ?? 0;
}

interface Part {
  readonly type: string;
  readonly text: string;
}

/** Every attached mail stays raw. A mail that breaks a limit is no report. */
async function partsOf(raw: Buffer): Promise<readonly Part[]> {
  try {
    const mail = await PostalMime.parse(raw, { ...LIMITS, forceRfc822Attachments: true });
    return mail.attachments.map((part) => ({ type: part.mimeType, text: textOf(part) }));
  } catch {
    return [];
  }
}

function textOf({ content }: Attachment): string {
  return typeof content === 'string' ? content : Buffer.from(new Uint8Array(content)).toString('latin1');
}

/** Where a bounce says that it came to; what of it a relay wrote is the first of its kind. */
const ADDRESSED = ['delivered-to', 'to'];

/**
 * The delivery is named by the attached mail, by our own header first; by the envelope's id, which whoever reports had of us (RFC 3464,
 * 2.2.1); by the address that the report came to; or, where no mail is attached, by the mail that it answers.
 */
function originalDelivery(parts: readonly Part[], header: Fields, own: OwnMails): string | null {
  const original = parts.find(({ type }) => ORIGINAL_TYPES.includes(type));
  const attached = original === undefined ? undefined : readFields(original.text);
  const byId = (id = ''): readonly (string | null)[] => own.domains.map((domain) => deliveryIdOf(id, domain));
  return firstOf([
    ...byId(attached?.get(MESSAGE_HEADER.toLowerCase())),
    ...byId(attached?.get('message-id')),
    envelopeIdIn(parts),
    ...ADDRESSED.flatMap((name) => addressesIn(header.get(name) ?? '').map((one) => bouncedTo(one, own))),
    ...(attached?.has('message-id') === true ? [] : byId(header.get('in-reply-to'))),
  ]);
}

function envelopeIdIn(parts: readonly Part[]): string | null {
  const status = parts.find(({ type }) => STATUS_TYPES.includes(type));
  const ofMail = readGroups(status?.text ?? '').find((fields) => fields.has('original-envelope-id'));
  return deliveryIdIn(ofMail?.get('original-envelope-id') ?? '');
}

function addressesIn(field: string): readonly string[] {
  return field.split(/[\s<>,;]+/).map((one) => one.toLowerCase());
}

/** The mail whose own address of bounces this is. */
function bouncedTo(address: string, { bounceAddresses }: OwnMails): string | null {
  return firstOf(
    bounceAddresses.map((pattern) => {
      const [before = '', after = ''] = pattern.toLowerCase().split('{id}');
      const isOwn = address.startsWith(before) && address.endsWith(after);
      return isOwn ? deliveryIdIn(address.slice(before.length, address.length - after.length)) : null;
    }),
  );
}

function firstOf(ids: readonly (string | null)[]): string | null {
  return ids.find((id) => id !== null) ?? null;
}

function statusIn(parts: readonly Part[]): Pick<ReadReport, 'what' | 'reason'> | null {
  const status = parts.find(({ type }) => STATUS_TYPES.includes(type));
  if (status === undefined) return null;
  const recipients = readGroups(status.text).filter((fields) => fields.has('action'));
  for (const [action, what] of ACTIONS) {
    const found = recipients.find((fields) => fields.get('action')?.toLowerCase() === action);
    if (found !== undefined) return { what, reason: `dsn_${statusCode(found)}` };
  }
  return null;
}

/** RFC 3463: class, subject, detail. */
function statusCode(fields: Fields): string {
  return /^([245]\.\d{1,3}\.\d{1,3})(?!\d)/.exec(fields.get('status') ?? '')?.[1] ?? 'unknown';
}

function complaintIn(parts: readonly Part[]): Pick<ReadReport, 'what' | 'reason'> | null {
  const report = parts.find(({ type }) => type === COMPLAINT_TYPE);
  if (report === undefined) return null;
  const kind = readFields(report.text).get('feedback-type')?.toLowerCase() ?? '';
  return COMPLAINTS.includes(kind) ? { what: 'complained', reason: `arf_${kind}` } : null;
}
