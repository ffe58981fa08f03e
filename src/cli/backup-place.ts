/** What `gate backup` and `gate restore` need of the configuration: where the ledger lies, and GATE_SECRET where it is set. */
import { createEncryption } from '../base/crypto/encryption.js';
import { readSettings } from '../config/env.js';
import { ledgerPlaceHere } from './ledger-place.js';
import { printProblems } from './load.js';
import { environmentOf, fileReader, type Surroundings } from './surroundings.js';

const SAID_BY = /^(DATABASE_URL|DATA_DIR)(_FILE)?$/;
const SECRET = /^GATE_SECRET(_FILE)?$/;

export type BackupPlace =
  | { readonly kind: 'problems' }
  | { readonly kind: 'postgres' }
  | {
      readonly kind: 'sqlite';
      readonly file: string;
      /** Of the embedded server that this program has; null: none. */
      readonly enclosedFile: string | null;
      /** Whether GATE_SECRET opens this canary; null: it is not set here, or wrong in itself. */
      readonly opens: (canary: string) => boolean | null;
    };

/** Problems have been printed then. No sites.toml is needed: a backup is put back on a machine that has nothing else yet. */
export function backupPlace(surroundings: Surroundings): BackupPlace {
  const source = { environment: environmentOf(surroundings), readFile: fileReader(surroundings) };
  const { settings, problems } = readSettings(source);
  const ours = problems.filter(({ key }) => SAID_BY.test(key));
  if (ours.length > 0) {
    printProblems(ours, surroundings);
    return { kind: 'problems' };
  }
  const place = ledgerPlaceHere(settings, surroundings);
  if (place.kind === 'postgres') return { kind: 'postgres' };
  const isSecretKnown = settings.keys.length > 0 && !problems.some(({ key }) => SECRET.test(key));
  return {
    kind: 'sqlite',
    file: place.file,
    enclosedFile: place.enclosedFile ?? null,
    opens: (canary) => (isSecretKnown ? createEncryption(settings.keys).open('canary', 'gate', canary) !== null : null),
  };
}
