/** Mail records as operators work on them: by command, over the admin plane's API and on its page. What may be done the ledger decides. */
import type { MailProbe, OperatorsMail } from '../../contract/operators-mail.js';
import { secretActs } from '../secrets/secret-acts.js';
import { readAll, type ActingDeps } from './acting.js';
import { mailboxActs } from './mailbox-acts.js';
import { providerActs } from './provider-acts.js';
import { hiddenRecords } from './record-lines.js';
import { testActs } from './test-acts.js';

export function createOperatorsMail(deps: ActingDeps & { readonly probe: MailProbe | null }): OperatorsMail {
  const hidden = async () => hiddenRecords(await readAll(deps));
  return { ...providerActs(deps), ...mailboxActs(deps), ...secretActs(deps), ...testActs(deps), hidden };
}
