/** `gate audit export`: no faster than the reader takes it. */
import type { AuditTrail } from '../../contract/ledger.js';
import { exportTrail, type FORMATS } from '../../ledger/audit/export.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';

export interface ExportOptions {
  readonly format: (typeof FORMATS)[number];
  readonly since?: number;
  readonly until?: number;
  readonly site?: string;
}

export async function writeTrail(
  trail: AuditTrail,
  { out, drained }: Surroundings,
  { format, since, until, site }: ExportOptions,
): Promise<ExitCode> {
  const limits = { sinceMs: since ?? null, untilMs: until ?? null, site: site ?? null };
  for await (const lines of exportTrail(trail, { format, ...limits })) {
    out.write(lines);
    await drained?.();
  }
  return EXIT.ok;
}
