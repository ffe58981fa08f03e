/**
 * Keeps the head of the trail in `DATA_DIR/audit.head` after each batch of seals. Where the one that is kept is not in the
 * trail, acts are missing: then it is left as it is, and told, until an operator accepts it (`gate audit head --keep`). That
 * is looked at before each writing, because an older database may be put in place under a gate that runs.
 */
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import { patientFiles } from '../base/process/patient-files.js';
import type { Check } from '../contract/admin.js';
import type { AuditHead, AuditTrail } from '../contract/ledger.js';
import { holdsHead, readKeptHead, writeKeptHead } from '../ledger/verbs/audit/kept-head.js';

export interface HeadKeeper {
  /** Never rejects for a file that cannot be written: then an older head is kept, which proves less and is still true. */
  keep(head: AuditHead): Promise<void>;
  /** Null: all is well, or nothing was kept yet. */
  check(): Promise<Check | null>;
}

export interface HeadKeeperDeps {
  readonly dataDir: string;
  readonly trail: Pick<AuditTrail, 'sealed' | 'head'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
}

/** The writer of the audit chain waits for it, and whoever asks the doctor. */
const FILE_LIMIT_MS = 2_000;

/** `unreadable`: nobody knows what is kept, so nothing may be written over it. */
type Kept = { readonly kind: 'read'; readonly head: AuditHead | null } | { readonly kind: 'unreadable'; code: string };

/** Looks at once, so that a start says what is missing. */
export async function openHeadKeeper({ dataDir, trail, clock, log }: HeadKeeperDeps): Promise<HeadKeeper> {
  const files = patientFiles({ clock, limitMs: FILE_LIMIT_MS });
  let told = '';

  async function read(): Promise<Kept> {
    try {
      return { kind: 'read', head: await files(() => readKeptHead(dataDir)) };
    } catch (error) {
      return { kind: 'unreadable', code: (error as Partial<NodeJS.ErrnoException>).code ?? 'unknown' };
    }
  }

  /** Once for each head that is kept in vain. */
  async function tellMissing({ number, seal }: AuditHead): Promise<void> {
    if (told === seal) return;
    told = seal;
    const present = (await trail.head())?.number ?? 0;
    log.error('acts are missing from the audit trail: its kept head is not in it', { kept: number, present });
  }

  async function isMissing(head: AuditHead | null): Promise<boolean> {
    if (head === null || (await holdsHead(trail, head))) return false;
    await tellMissing(head);
    return true;
  }

  const first = await read();
  if (first.kind === 'read') await isMissing(first.head);

  return {
    async keep(head) {
      const kept = await read();
      if (kept.kind === 'unreadable' || (await isMissing(kept.head))) return;
      // another process with this folder was quicker
      if (kept.head !== null && kept.head.number >= head.number) return;
      try {
        await files(() => writeKeptHead(dataDir, head));
      } catch {
        // the disk is full, read-only or silent, which others tell
      }
    },
    async check() {
      const kept = await read();
      if (kept.kind === 'unreadable') return unreadable(kept.code);
      const { head } = kept;
      if (head === null || (await holdsHead(trail, head))) return null;
      return missing(head, (await trail.head())?.number ?? 0);
    },
  };
}

const NAME = 'audit head';

function unreadable(code: string): Check {
  return {
    name: NAME,
    isOk: false,
    detail: `DATA_DIR/audit.head cannot be read (${code}): nobody knows whether acts are missing, and no newer head is kept`,
    cure: 'See that the disk of DATA_DIR works, and that the file is one that the user of the gate may read and write. Where what was in it is lost: "gate audit head --keep" accepts the trail as it is.',
  };
}

function missing({ number }: AuditHead, present: number): Check {
  return {
    name: NAME,
    isOk: false,
    detail: `acts are missing: number ${String(number)}, as DATA_DIR/audit.head keeps it, is not in the trail, which ends at ${String(present)}`,
    cure: 'An older backup was put back, or the trail was cut off or written anew: find out which. "gate audit head --keep" accepts the trail as it is.',
  };
}
