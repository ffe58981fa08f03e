/** What operators do about secrets: put one, remove one, and see how old they are. None is ever answered. */
import type { OperatorsMail } from '../../contract/operators-mail.js';
import { auditOf, readAll, storedProviderOf, unknown, type ActingDeps } from '../records/acting.js';
import { secretLine, secretLines } from '../records/record-lines.js';
import { readSecret, readSecretPlace, secretWrong } from './secret-fields.js';
import { sealFor } from './stored-secrets.js';

export function secretActs(deps: ActingDeps): Pick<OperatorsMail, 'secrets' | 'putSecret' | 'removeSecret'> {
  const { mail } = deps.ledger;
  return {
    secrets: async () => secretLines(await readAll(deps)),
    async putSecret(given, act) {
      const read = readSecret(given);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const { provider, purpose, secret } = read.value;
      const found = storedProviderOf(await readAll(deps), provider);
      if (found.kind !== 'stored') return found;
      const wrong = secretWrong(found.record, { purpose, secret }, deps.clock.nowMs());
      if (wrong.length > 0) return { kind: 'bad_fields', wrong };
      const of = { providerId: found.record.id, purpose };
      const put = await mail.putSecret({ ...of, ...sealFor(of, secret, deps) }, auditOf(act, 'mail_secret_put'));
      if (put.kind !== 'done') return unknown('unknown_provider', provider, []);
      return { kind: 'done', record: secretLine(put.record, provider, await readAll(deps)) };
    },
    async removeSecret(given, act) {
      const read = readSecretPlace(given);
      if ('wrong' in read) return { kind: 'bad_fields', wrong: read.wrong };
      const { provider, purpose } = read.value;
      const all = await readAll(deps);
      const found = storedProviderOf(all, provider);
      if (found.kind !== 'stored') return found;
      const of = { providerId: found.record.id, purpose };
      const held = all.stored.secrets.find((one) => one.providerId === of.providerId && one.purpose === purpose);
      const removed = await mail.removeSecret(of, auditOf(act, 'mail_secret_removed'));
      if (removed.kind !== 'done' || held === undefined) return unknown('unknown_secret', purpose, []);
      return { kind: 'done', record: secretLine(held, provider, all) };
    },
  };
}
