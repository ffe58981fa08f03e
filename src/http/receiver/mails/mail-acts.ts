/** What a proven producer may do with mails: have one sent, and be told of its own. */
import { isHostAllowed } from '../../../approval/host-pattern.js';
import type { Directory, Producer } from '../../../approval/site.js';
import { parseJson } from '../../../base/text/json.js';
import { never } from '../../../base/process/never.js';
import type { Clock } from '../../../base/time/clock.js';
import type { MailOrdered, ProducerMails } from '../../../contract/producer-mails.js';
import { refusal, withMembers, type Reply } from '../../shared/reply.js';
import type { Act } from '../acts.js';
import * as answers from '../answers.js';
import type { WrongField } from '../payload.js';
import { readMailOrder, type ReadOrder } from './mail-order.js';

export interface MailActDeps {
  readonly mails: ProducerMails;
  readonly directory: () => Directory;
  /** The time by which an order's own are judged. */
  readonly judging: Pick<Clock, 'nowMs'>;
}

/** 1 MB. */
export const MAX_MAIL_BYTES = 1_048_576;
const MAIL_ID = /^[0-9a-hjkmnp-tv-z]{20}$/;

export function ordering({ mails, directory, judging }: MailActDeps): Act {
  return async ({ producer, caller, body, idempotencyKey }) => {
    const caps = producer.mail;
    if (caps === undefined) return NOT_ALLOWED;
    const json = parseJson(body);
    if (json === undefined) return answers.NOT_JSON;
    const reading = readMailOrder(json, { headerKey: idempotencyKey, nowMs: judging.nowMs() });
    if (reading.kind === 'wrong') return answers.wrongFields(400, reading.fields);
    const notYours = outsideOf(producer, reading.order, directory());
    if (notYours.length > 0) return answers.wrongFields(422, notYours);
    const isToldOf = producer.callbackUrl !== null;
    const ordered = await mails.order({ ...reading.order, producer: producer.name, caller, caps, isToldOf });
    return toldOf(ordered, reading.order);
  };
}

/** A site's mailboxes are for whoever may ask for its host. */
function outsideOf({ hosts }: Producer, { site }: ReadOrder, directory: Directory): readonly WrongField[] {
  if (site === null) return [];
  const known = directory.siteOf(site);
  const isOwn = known?.domains.some((host) => isHostAllowed(hosts, host)) ?? false;
  return isOwn ? [] : [{ field: 'site', problem: "is no site of this producer's hosts" }];
}

function toldOf(ordered: MailOrdered, { to, giveUpAtMs }: ReadOrder): Reply {
  switch (ordered.kind) {
    case 'queued':
    case 'known':
      return { status: 202, body: { mail: ordered.mailId, is_new: ordered.kind === 'queued' } };
    case 'other_body':
      return withMembers(refusal(409, 'key_in_use', 'Another mail was ordered under this key: take a new one.'), {
        mail: ordered.mailId,
      });
    case 'over':
      return refusal(
        422,
        'too_late',
        `This mail was to be given up at ${new Date(giveUpAtMs).toISOString()}: order it anew.`,
      );
    case 'capped':
      return capped(ordered.per, Math.ceil(ordered.retryAfterMs / 1_000));
    case 'not_configured':
      return NOT_CONFIGURED;
    case 'unknown_mailbox':
      return answers.wrongFields(422, [{ field: 'mailbox', problem: 'is no mailbox that this producer may use' }]);
    case 'malformed':
      return answers.wrongFields(
        400,
        ordered.addresses.map((address) => ({
          field: `to.${String(to.indexOf(address))}`,
          problem: 'is no address that mails can go to',
        })),
      );
    default:
      return never(ordered);
  }
}

export function tellingMail({ mails }: MailActDeps): Act {
  return async ({ producer, token }) => {
    // also where a producer may order none any more: what it ordered is its own to see
    const mail = MAIL_ID.test(token) ? await mails.find({ id: token, producer: producer.name }) : null;
    return mail === null ? NO_MAIL : { status: 200, body: mail };
  };
}

function capped(per: 'minute' | 'day', seconds: number): Reply {
  const rule = `This producer's mails may have no more recipients in this ${per}`;
  return {
    ...refusal(
      429,
      `mails_per_${per}`,
      `${rule}: ask again later, or have mail_per_${per} raised in its table in sites.toml.`,
    ),
    headers: { 'retry-after': String(seconds) },
  };
}

const NO_MAIL = refusal(404, 'unknown_mail', 'There is no such mail of yours.');
const NOT_ALLOWED = refusal(
  403,
  'mail_not_allowed',
  'This producer may have no mails sent: its table in sites.toml must say mail = true.',
);
const NOT_CONFIGURED = refusal(
  503,
  'mail_not_configured',
  'This gate has no mailbox that the mail could go from: it needs SMTP_URL and MAIL_FROM, or a provider with a mailbox for this producer (docs/mail.md). Nothing was stored.',
);
