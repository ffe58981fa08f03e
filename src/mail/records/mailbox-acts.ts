/** What operators do about mailboxes. */
import { sameMailbox } from '../../base/net/mailbox.js';
import type { AuditEntry, MailChanged, MailStateChange, NewMailbox, StoredMailbox } from '../../contract/ledger.js';
import type { GivenFields, MailActed, MailboxLine, OperatorsMail } from '../../contract/operators-mail.js';
import {
  auditOf,
  readAll,
  refusalOf,
  setStateByName,
  storedMailboxOf,
  unknown,
  versionIn,
  type ActingDeps,
} from './acting.js';
import { merged } from './mail-records.js';
import { readMailbox } from './mailbox-fields.js';
import { REASON } from './provider-acts.js';
import { mailboxLine, mailboxLines, type Read } from './record-lines.js';
import { readFields } from './wrong-fields.js';

type Acts = Pick<
  OperatorsMail,
  'mailboxes' | 'addMailbox' | 'updateMailbox' | 'pauseMailbox' | 'resumeMailbox' | 'removeMailbox'
>;

export function mailboxActs(deps: ActingDeps): Acts {
  const { mail } = deps.ledger;

  const reading = (given: GivenFields, read: Read) => {
    const { sites, producers, siteOf } = deps.directory();
    const providers = merged(read.sources, read.stored).providers.map(({ name }) => name);
    return readMailbox(given, {
      providers,
      sites: sites.map(({ key }) => key),
      siteOf: (host) => siteOf(host)?.key,
      producers: [...producers.keys()],
    });
  };

  return {
    mailboxes: async () => mailboxLines(await readAll(deps)),
    async addMailbox(given, act) {
      const all = await readAll(deps);
      const read = reading(given, all);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const { address } = read.value;
      if (merged(all.sources, all.stored).mailboxes.some((one) => one.address === address))
        return { kind: 'name_taken' };
      return line(await mail.addMailbox(inputOf(read.value, all), auditOf(act, 'mailbox_added')));
    },
    async updateMailbox(typed, given, act) {
      const all = await readAll(deps);
      const found = storedMailboxOf(all, sameMailbox(typed));
      if (found.kind !== 'stored') return found;
      const wished = versionIn(given, found.record);
      if ('kind' in wished) return wished;
      const read = reading({ ...fieldsOf(found.record), ...wished.rest }, all);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      if (read.value.address !== found.record.address) return FIXED;
      const input = { ...inputOf(read.value, all), version: wished.version };
      return line(await mail.changeMailbox(input, auditOf(act, 'mailbox_changed')));
    },
    async pauseMailbox(typed, given, act) {
      const read = readFields(REASON, given);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const input = { of: sameMailbox(typed), state: 'paused', reason: read.value.reason } as const;
      return setState(deps, input, auditOf(act, 'mailbox_paused'));
    },
    async resumeMailbox(typed, act) {
      return setState(deps, { of: sameMailbox(typed), state: 'active', reason: null }, auditOf(act, 'mailbox_resumed'));
    },
    async removeMailbox(typed, act) {
      const found = storedMailboxOf(await readAll(deps), sameMailbox(typed));
      if (found.kind !== 'stored') return found;
      return line(await mail.removeMailbox(found.record.address, auditOf(act, 'mailbox_removed')));
    },
  };
}

async function setState(deps: ActingDeps, change: MailStateChange, audit: AuditEntry): Promise<MailActed<MailboxLine>> {
  const found = storedMailboxOf(await readAll(deps), change.of);
  if (found.kind === 'stored') return line(await deps.ledger.mail.setMailboxState(change, audit), change.state);
  if (found.kind !== 'read_only') return found;
  const refused = await setStateByName(deps, { what: 'mailbox', ...change }, audit);
  if (refused !== null) return refused;
  const record = mailboxLines(await readAll(deps)).find(({ address }) => address === change.of);
  return record === undefined ? unknown('unknown_mailbox', change.of, []) : { kind: 'done', record };
}

function line(changed: MailChanged<StoredMailbox>, state?: 'active' | 'paused'): MailActed<MailboxLine> {
  if (changed.kind === 'done') return { kind: 'done', record: mailboxLine(changed.record) };
  return refusalOf(changed, { missing: 'unknown_mailbox', ...(state === undefined ? {} : { state }) });
}

function inputOf(mailbox: NewMailbox, { stored }: Read): NewMailbox & { readonly isProviderStored: boolean } {
  return { ...mailbox, isProviderStored: stored.providers.some(({ name }) => name === mailbox.provider) };
}

function fieldsOf({ address, displayName: name, provider, sites, producers, priority }: StoredMailbox) {
  return { address, name, provider, sites, producers, priority };
}

const FIXED = {
  kind: 'bad_fields',
  wrong: [{ field: 'address', problem: 'stays as it is: add another mailbox, and remove this one' }],
} as const;
