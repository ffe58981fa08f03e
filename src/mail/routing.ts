/** The records as whoever routes mails needs them, with each provider's policy read once for each version of its record. */
import type { MailPolicy } from '../contract/mail-policy.js';
import type { MailProvider, MailRecords } from '../contract/mail-records.js';
import type { MailRoutes, MailRouting, RoutedProvider } from '../contract/mail-routing.js';
import { policyOfProvider } from './policy.js';
import { candidates, routedMailboxes } from './selection.js';

/** Mails that one process hands to one provider at once, where its policy does not say less. */
const SLOTS = 10;

interface Known {
  readonly version: number;
  readonly kind: MailProvider['kind'];
  readonly policy: MailPolicy;
}

export function createMailRouting(records: Pick<MailRecords, 'providers' | 'mailboxes' | 'onChange'>): MailRouting {
  let known: ReadonlyMap<string, Known> = new Map();

  async function routes(): Promise<MailRoutes> {
    const [providers, mailboxes] = await Promise.all([records.providers(), records.mailboxes()]);
    known = new Map(providers.map((provider) => [provider.name, knownOf(provider, known.get(provider.name))]));
    return {
      providers: providers.map((provider) => routedProvider(provider, known.get(provider.name)?.policy)),
      mailboxes: routedMailboxes({ providers, mailboxes }),
    };
  }

  return {
    routes,
    async routeFor(scope) {
      const [best] = candidates(await routes(), scope);
      return best === undefined ? null : { provider: best.provider, mailbox: best.mailbox };
    },
    policyOf: (provider) => known.get(provider)?.policy ?? null,
    isIdempotent: (provider) => known.get(provider)?.kind === 'smtp',
    onChange: (listener) => {
      records.onChange(listener);
    },
  };
}

function knownOf(provider: MailProvider, before: Known | undefined): Known {
  const { version, kind } = provider;
  const isSame = before?.version === version && before.kind === kind;
  return isSame ? before : { version, kind, policy: policyOfProvider(provider) };
}

/** A mail has its Message-ID, by which a mailbox drops its twin; Graph is asked for the first one, which may fail. */
function routedProvider({ name, state, kind }: MailProvider, policy: MailPolicy | undefined): RoutedProvider {
  const throttle = policy?.throttle ?? { perMinute: 0, atOnce: 0 };
  const isSmtp = kind === 'smtp';
  const slots = throttle.atOnce > 0 ? Math.min(throttle.atOnce, SLOTS) : SLOTS;
  return { name, isActive: state === 'active', throttle, isIdempotent: isSmtp, isAlwaysOpen: isSmtp, slots };
}
