/**
 * Opens the audit trail from DATABASE_URL or DATA_DIR alone: an auditor needs none of the gate's secrets, and a
 * restored backup needs no sites.toml.
 */
import { resolve } from 'node:path';
import { readSettings } from '../../config/env.js';
import type { OpenTrail } from '../../ledger/verbs/audit/open-trail.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { tellFailure } from '../failure.js';
import { ledgerPlaceHere } from '../ledger-place.js';
import { printProblems } from '../load.js';
import { environmentOf, fileReader, type Surroundings } from '../surroundings.js';

const SAID_BY = /^(DATABASE_URL|DATA_DIR)(_FILE)?$/;

/** Opens the trail for `read` and closes it afterwards. Answers the exit code. */
export async function withTrail(
  surroundings: Surroundings,
  read: (trail: OpenTrail['trail'], dataDir: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const source = { environment: environmentOf(surroundings), readFile: fileReader(surroundings) };
  const { settings, problems } = readSettings(source);
  const ours = problems.filter(({ key }) => SAID_BY.test(key));
  if (ours.length > 0) {
    printProblems(ours, surroundings);
    return EXIT.configuration;
  }
  const { openTrail } = await import('../../ledger/open.js');
  let opened: OpenTrail | null = null;
  try {
    opened = await openTrail(ledgerPlaceHere(settings, surroundings));
    return await read(opened.trail, resolve(surroundings.folder, settings.dataDir));
  } catch (error) {
    return tellFailure(error, surroundings, 'The audit trail was not read');
  } finally {
    await opened?.close();
  }
}
