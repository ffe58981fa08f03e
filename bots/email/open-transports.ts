/**
 * The transports of this process: one for each provider and version of its record. One whose record has changed takes no more mails, and
 * is closed once its attempts have ended; closing it touches no delivery, since what an attempt may write its claim decides.
 */
import { errorName } from '../../src/base/process/error-name.js';
import type { MailProvider, MailRecords } from '../../src/contract/mail-records.js';
import { openTransport, type NoTransport, type TransportDeps } from './open-transport.js';
import type { MailTransport } from './transport.js';

interface Opened {
  readonly version: number;
  readonly transport: MailTransport;
  running: number;
  isRetired: boolean;
}

type Used<Result> = { readonly result: Result } | NoTransport;

export interface OpenTransports {
  /** Lets `work` use the provider's transport as its record is now. */
  use<Result>(provider: string, work: (transport: MailTransport) => Promise<Result>): Promise<Used<Result>>;
  /** Those that are open, by their providers' names. */
  open(): ReadonlyMap<string, MailTransport>;
  /** Opens those of all active providers, and retires those whose record is gone or another. Never rejects. */
  reconcile(): Promise<void>;
  close(): void;
}

export interface OpenTransportsDeps extends TransportDeps {
  readonly records: Pick<MailRecords, 'secret' | 'providers'>;
}

const GONE: NoTransport = {
  problem: 'the provider is gone',
  cure: 'Declare it, or add it with gate mail provider add.',
};

export function openTransports(deps: OpenTransportsDeps): OpenTransports {
  const { records, log } = deps;
  const { current, retire, once, released, closeAll } = transportsHeld(deps);
  return {
    async use(name, work) {
      const provider = (await records.providers()).find((one) => one.name === name);
      if (provider === undefined) return GONE;
      const found = await once(provider);
      if ('problem' in found) return found;
      found.running += 1;
      try {
        return { result: await work(found.transport) };
      } finally {
        found.running -= 1;
        released(found);
      }
    },
    open: () => new Map([...current].map(([name, { transport }]) => [name, transport])),
    async reconcile() {
      try {
        const providers = await records.providers();
        const names = new Set(providers.map(({ name }) => name));
        for (const name of current.keys()) if (!names.has(name)) retire(name);
        await Promise.all(providers.filter(({ state }) => state === 'active').map(once));
      } catch (error) {
        log.warn('mail providers could not be read; they are when the next mail goes out', { error: errorName(error) });
      }
    },
    close: closeAll,
  };
}

/** Those that are open: the current one of each provider, and former ones until their attempts have ended. */
function transportsHeld(deps: TransportDeps) {
  const current = new Map<string, Opened>();
  const opening = new Map<string, Promise<Opened | NoTransport>>();
  const all = new Set<Opened>();

  function retire(name: string): void {
    const opened = current.get(name);
    if (opened === undefined) return;
    current.delete(name);
    opened.isRetired = true;
    released(opened);
  }

  /** An attempt has ended, or the record is another. */
  function released(opened: Opened): void {
    if (!opened.isRetired || opened.running > 0 || !all.delete(opened)) return;
    opened.transport.close();
  }

  async function opened(provider: MailProvider): Promise<Opened | NoTransport> {
    const there = current.get(provider.name);
    if (there?.version === provider.version) return there;
    const made = await openTransport(provider, deps);
    retire(provider.name);
    if ('problem' in made) return made;
    const fresh = { version: provider.version, transport: made.transport, running: 0, isRetired: false };
    current.set(provider.name, fresh);
    all.add(fresh);
    return fresh;
  }

  /** Of calls at once one opens it. */
  function once(provider: MailProvider): Promise<Opened | NoTransport> {
    const key = `${provider.name} ${String(provider.version)}`;
    const waiting = opening.get(key);
    if (waiting !== undefined) return waiting;
    const made = opened(provider).finally(() => opening.delete(key));
    opening.set(key, made);
    return made;
  }

  function closeAll(): void {
    current.clear();
    for (const one of all) one.transport.close();
    all.clear();
  }

  return { current, retire, once, released, closeAll };
}
