/** Notes once for each session that somebody passed by it: in the audit trail for all processes, and in the event stream. */
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { AuditLedger } from '../../contract/audit-ledger.js';
import type { Events } from '../../events/events.js';
import type { Pass } from '../check/verdict.js';
import type { Without } from '../check/without-grant.js';

export interface PassageNotes {
  /** Nobody waits for it. */
  note(pass: Pass, by: Extract<Without, { readonly kind: 'passage' }>): void;
}

export interface PassageNotesDeps {
  readonly audit: Pick<AuditLedger, 'addOnce'>;
  readonly events: Pick<Events, 'emit'>;
  readonly log: Log;
}

/** Of sessions. Forgetting one costs a question to the database, which knows that it stands there already. */
const MAX_NOTED = 10_000;

export function createPassageNotes({ audit, events, log }: PassageNotesDeps): PassageNotes {
  const noted = new Set<string>();
  return {
    note({ entry, address }, { person, hash }) {
      if (noted.has(hash)) return;
      noted.add(hash);
      const [oldest] = noted;
      if (noted.size > MAX_NOTED && oldest !== undefined) noted.delete(oldest);
      const { site } = entry;
      const who = person.account.id;
      const by = person.credential?.provider ?? person.signedInBy;
      audit
        .addOnce({ who, what: 'passed_by_passage', surface: 'gate', site: site.key, address, detail: { by } }, hash)
        .then((isNew) => {
          if (isNew) events.emit({ event: 'auth_gate.passed_by_passage', site: site.key, address, by: who });
        })
        .catch((error: unknown) => {
          noted.delete(hash); // the next request tries again
          log.warn('a passage is not in the audit trail yet', { error: safeStack(error) });
        });
    },
  };
}
