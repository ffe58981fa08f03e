/**
 * Mail records of all origins as one: of the environment, of `sites.toml` and of the database. The database's are kept in memory and read
 * again after every change that this process hears of, and every half minute, because such a hint can be lost. A name or an address that
 * the environment or `sites.toml` has is theirs: a stored record of the same name is passed over. That one of theirs is paused stands in
 * the database all the same, by its name.
 */
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import type { Ledger, MailPause, StoredMailRecords, StoredSecret } from '../../contract/ledger.js';
import type {
  MailProvider,
  MailRecordKind,
  MailRecords,
  MailSecretPurpose,
  MailSource,
  SenderMailbox,
} from '../../contract/mail-records.js';
import type { KeyRing } from '../secrets/sealed-secret.js';
import { openStored } from '../secrets/stored-secrets.js';

export interface MailRecordsDeps {
  readonly ledger: Pick<Ledger, 'subscribe'> & { readonly mail: Pick<Ledger['mail'], 'records'> };
  readonly ring: KeyRing;
  /** The environment's and those of `sites.toml`, as they were read last. */
  readonly sources: () => readonly MailSource[];
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Log;
}

/** How long a change can go unnoticed where its hint is lost. */
export const MAIL_RECORDS_READ_EVERY_MS = 30_000;

export interface LiveMailRecords extends MailRecords {
  /** `sites.toml` was read again. */
  changed(): void;
}

export function createMailRecords(deps: MailRecordsDeps): LiveMailRecords {
  const { ledger, sources } = deps;
  const listeners: (() => void)[] = [];
  const stored = storedRecords(deps);
  const faults = toldFaults(deps.log);
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  ledger.subscribe(({ kind }) => {
    if (kind !== 'mail_records' && kind !== 'regained') return;
    stored.forget();
    tell();
  });

  return {
    providers: async () => merged(sources(), await stored.read()).providers,
    mailboxes: async () => merged(sources(), await stored.read()).mailboxes,
    async secret(name, purpose) {
      const own = sourceOf(sources(), name);
      if (own !== null) return own.secret(name, purpose);
      const found = storedSecretOf(await stored.read(), name, purpose);
      if (found === null) return null;
      const opened = openStored(deps.ring, found);
      if (opened.kind === 'opened') return opened.secret;
      faults.tell(found, { provider: name, purpose, why: opened.why });
      return null;
    },
    onChange: (listener) => void listeners.push(listener),
    changed: tell,
  };
}

/** Read once for all who ask meanwhile. */
function storedRecords({ ledger, clock }: Pick<MailRecordsDeps, 'ledger' | 'clock'>) {
  let held: Promise<StoredMailRecords> | null = null;
  let readAtMs = -Infinity;
  return {
    read(): Promise<StoredMailRecords> {
      const nowMs = clock.monotonicMs();
      if (held !== null && nowMs - readAtMs < MAIL_RECORDS_READ_EVERY_MS) return held;
      const reading = ledger.mail.records();
      [held, readAtMs] = [reading, nowMs];
      reading.catch(() => {
        if (held === reading) held = null;
      });
      return reading;
    },
    forget(): void {
      held = null;
    },
  };
}

export function merged(
  sources: readonly MailSource[],
  stored: Pick<StoredMailRecords, 'providers' | 'mailboxes' | 'pauses'>,
): { readonly providers: readonly MailProvider[]; readonly mailboxes: readonly SenderMailbox[] } {
  const { pauses } = stored;
  const providers = [
    ...sources.flatMap((source) => source.providers.map((one) => paused(one, pauseOf(pauses, 'provider', one.name)))),
    ...stored.providers,
  ];
  const mailboxes = [
    ...sources.flatMap((source) => source.mailboxes.map((one) => paused(one, pauseOf(pauses, 'mailbox', one.address)))),
    ...stored.mailboxes,
  ];
  return {
    providers: firstOf(providers, ({ name }) => name),
    mailboxes: firstOf(mailboxes, ({ address }) => address),
  };
}

function pauseOf(pauses: readonly MailPause[], what: MailRecordKind, name: string): MailPause | undefined {
  return pauses.find((one) => one.what === what && one.name === name);
}

function paused<One extends MailProvider | SenderMailbox>(one: One, pause: MailPause | undefined): One {
  return pause === undefined ? one : { ...one, state: 'paused', pausedReason: pause.reason };
}

function firstOf<One>(all: readonly One[], keyOf: (one: One) => string): readonly One[] {
  const byKey = new Map<string, One>();
  for (const one of all) if (!byKey.has(keyOf(one))) byKey.set(keyOf(one), one);
  return [...byKey.values()];
}

export function sourceOf(sources: readonly MailSource[], provider: string): MailSource | null {
  return sources.find(({ providers }) => providers.some(({ name }) => name === provider)) ?? null;
}

function storedSecretOf(
  { providers, secrets }: StoredMailRecords,
  name: string,
  purpose: MailSecretPurpose,
): StoredSecret | null {
  const id = providers.find((one) => one.name === name)?.id;
  return secrets.find((one) => one.providerId === id && one.purpose === purpose) ?? null;
}

/** A secret that does not open is said once, however often it is asked for. */
function toldFaults(log: Log) {
  const told = new Set<string>();
  return {
    tell({ id, sealed }: StoredSecret, fields: { provider: string; purpose: string; why: string }): void {
      const key = `${String(id)} ${sealed}`;
      if (told.has(key)) return;
      told.add(key);
      log.warn('a secret of a mail provider does not open: gate doctor says what to do', fields);
    },
  };
}
