/** What operators do about providers. */
import type { AuditEntry, MailChanged, MailStateChange, StoredProvider } from '../../contract/ledger.js';
import type { MailActed, MailProviderLine, OperatorsMail } from '../../contract/operators-mail.js';
import {
  auditOf,
  readAll,
  refusalOf,
  setStateByName,
  storedProviderOf,
  unknown,
  versionIn,
  type ActingDeps,
} from './acting.js';
import { merged } from './mail-records.js';
import { changeableFields, readProvider } from './provider-fields.js';
import { providerLine, providerLines } from './record-lines.js';
import { readFields, words } from './wrong-fields.js';

type Acts = Pick<
  OperatorsMail,
  'providers' | 'addProvider' | 'updateProvider' | 'pauseProvider' | 'resumeProvider' | 'removeProvider'
>;

export const REASON = { reason: words(200) };

export function providerActs(deps: ActingDeps): Acts {
  const { mail } = deps.ledger;

  async function line(
    changed: MailChanged<StoredProvider>,
    state?: 'active' | 'paused',
  ): Promise<MailActed<MailProviderLine>> {
    if (changed.kind !== 'done')
      return refusalOf(changed, { missing: 'unknown_provider', ...(state === undefined ? {} : { state }) });
    return { kind: 'done', record: providerLine(changed.record, await readAll(deps)) };
  }

  async function setState(change: MailStateChange, audit: AuditEntry): Promise<MailActed<MailProviderLine>> {
    const found = storedProviderOf(await readAll(deps), change.of);
    if (found.kind === 'stored') return line(await mail.setProviderState(change, audit), change.state);
    if (found.kind !== 'read_only') return found;
    const refused = await setStateByName(deps, { what: 'provider', ...change }, audit);
    if (refused !== null) return refused;
    const record = providerLines(await readAll(deps)).find(({ name }) => name === change.of);
    return record === undefined ? unknown('unknown_provider', change.of, []) : { kind: 'done', record };
  }

  return {
    providers: async () => providerLines(await readAll(deps)),
    async addProvider(given, act) {
      const read = readProvider(given);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const { sources, stored } = await readAll(deps);
      if (merged(sources, stored).providers.some(({ name }) => name === read.value.name)) return { kind: 'name_taken' };
      return line(await mail.addProvider(read.value, auditOf(act, 'mail_provider_added')));
    },
    async updateProvider(name, given, act) {
      const found = storedProviderOf(await readAll(deps), name);
      if (found.kind !== 'stored') return found;
      const wished = versionIn(given, found.record);
      if ('kind' in wished) return wished;
      const { name: named = name, kind = found.record.kind } = wished.rest;
      if (named !== name || kind !== found.record.kind) return FIXED;
      const read = readProvider({ ...changeableFields(found.record), ...wished.rest });
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const { endpoint, policy } = read.value;
      const input = { name, version: wished.version, endpoint, policy };
      return line(await mail.changeProvider(input, auditOf(act, 'mail_provider_changed')));
    },
    async pauseProvider(name, given, act) {
      const read = readFields(REASON, given);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const input = { of: name, state: 'paused', reason: read.value.reason } as const;
      return setState(input, auditOf(act, 'mail_provider_paused'));
    },
    async resumeProvider(name, act) {
      return setState({ of: name, state: 'active', reason: null }, auditOf(act, 'mail_provider_resumed'));
    },
    async removeProvider(name, act) {
      const found = storedProviderOf(await readAll(deps), name);
      if (found.kind !== 'stored') return found;
      return line(await mail.removeProvider(name, auditOf(act, 'mail_provider_removed')));
    },
  };
}

const FIXED = {
  kind: 'bad_fields',
  wrong: [{ field: 'kind', problem: 'and name stay as they are: add another provider, and remove this one' }],
} as const;
