/** `gate audit verify`: what the walk over the trail found, for people and for machines. */
import type { AuditTrail } from '../../contract/ledger.js';
import { isWhole, verdictLines, type KeptHeads } from '../../ledger/audit/verdict.js';
import { verifyTrail } from '../../ledger/verbs/audit/verify.js';
import { plainJson } from '../../base/text/plain.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';

export interface VerifyOptions extends KeptHeads {
  readonly json?: true;
}

export async function verify(trail: AuditTrail, { out }: Surroundings, options: VerifyOptions): Promise<ExitCode> {
  const found = await verifyTrail(trail, options.head ?? null, options.own ?? null);
  const lines = verdictLines(found, options).map((line) => `${line}\n`);
  out.write(options.json === true ? `${plainJson({ isWhole: isWhole(found), ...found })}\n` : lines.join(''));
  return isWhole(found) ? EXIT.ok : EXIT.no;
}
