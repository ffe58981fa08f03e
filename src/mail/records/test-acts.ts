/** One real mail through a provider, or a sign-in alone, so that an operator knows whether it works. */
import { sameMailbox } from '../../base/net/mailbox.js';
import type { MailProvider, SenderMailbox } from '../../contract/mail-records.js';
import type {
  MailActed,
  MailProbe,
  MailRefusal,
  MailTestLine,
  MailTestOf,
  OperatorsMail,
} from '../../contract/operators-mail.js';
import { auditOf, readAll, unknown, type ActingDeps } from './acting.js';
import { merged } from './mail-records.js';
import type { Read } from './record-lines.js';
import { mailAddress, readFields } from './wrong-fields.js';

const TO = { to: mailAddress.nullable().default(null) };
const TIMEOUT_MS = 25_000;

export function testActs(deps: ActingDeps & { readonly probe: MailProbe | null }): Pick<OperatorsMail, 'test'> {
  const { ledger, clock, probe } = deps;
  return {
    async test(of, given, act): Promise<MailActed<MailTestLine>> {
      const read = readFields(TO, given);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const found = placeOf(await readAll(deps), of);
      if ('kind' in found) return found;
      if (probe === null) return { kind: 'no_channel' };
      const { to } = read.value;
      const startedMs = clock.monotonicMs();
      const tried = await probe.test({ ...found, to }, AbortSignal.timeout(TIMEOUT_MS));
      const line = { ...tried, provider: found.provider.name, to, tookMs: Math.round(clock.monotonicMs() - startedMs) };
      const { isOk, detail, provider, isResumed = false } = line;
      await ledger.audit.add(
        { ...auditOf(act, 'mail_tested'), detail: { ...of, provider, to, isOk, outcome: detail, isResumed } },
        null,
      );
      if (isOk) await ledger.mail.probeNow(provider);
      return { kind: 'done', record: line };
    },
  };
}

interface Place {
  readonly provider: MailProvider;
  readonly mailbox: SenderMailbox | null;
}

/** Of a provider: from the first mailbox that it has. */
function placeOf({ sources, stored }: Read, of: MailTestOf): Place | MailRefusal {
  const { providers, mailboxes } = merged(sources, stored);
  const address = 'mailbox' in of ? sameMailbox(of.mailbox) : null;
  const mailbox =
    'mailbox' in of
      ? mailboxes.find((one) => one.address === address)
      : [...mailboxes].sort((one, other) => one.priority - other.priority).find((one) => one.provider === of.provider);
  if ('mailbox' in of && mailbox === undefined)
    return unknown(
      'unknown_mailbox',
      of.mailbox,
      mailboxes.map((one) => one.address),
    );
  const name = 'provider' in of ? of.provider : (mailbox?.provider ?? '');
  const provider = providers.find((one) => one.name === name);
  if (provider === undefined)
    return unknown(
      'unknown_provider',
      name,
      providers.map((one) => one.name),
    );
  return { provider, mailbox: mailbox ?? null };
}
