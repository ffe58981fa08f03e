/** What the cases of mail records are made of: providers and mailboxes of names of their own, and who changed them. */
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AuditEntry, Ledger, NewMailbox, NewProvider, StoredProvider } from '../../../src/contract/ledger.js';
import { must, only, type LedgerStage } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();
const ENDPOINT = { host: 'mail.example.org', port: 587, tls: 'required', user: 'gate', oauth: null } as const;

export function entry(who: string, what = 'mail_changed'): AuditEntry {
  return { ...opened, who, what, site: null, address: null, detail: {} };
}

export function newName(): string {
  return `p-${random.id()}`;
}

export function providerInput(name = newName()): NewProvider {
  return { name, kind: 'smtp', endpoint: ENDPOINT, policy: { throttle: { per_minute: 20 } } };
}

export function mailboxInput(provider: string): NewMailbox & { readonly isProviderStored: boolean } {
  const address = `${random.id()}@example.org`;
  const lists = { sites: ['stg.example.org'], producers: [] };
  return { address, displayName: 'Koder Gate', provider, ...lists, priority: 10, isProviderStored: true };
}

export async function provider(ledger: Ledger, who = 'operator:eva'): Promise<StoredProvider> {
  return must(await ledger.mail.addProvider(providerInput(), entry(who)), 'done').record;
}

export function secretInput(providerId: number, sealed = `kgs1.k1.${random.hex(8)}`) {
  return { providerId, purpose: 'smtp.password', sealed, keyId: 'k1' } as const;
}

/** The provider as it is stored now. */
export async function again(ledger: Ledger, { id }: StoredProvider): Promise<StoredProvider> {
  return only((await ledger.mail.records()).providers.filter((one) => one.id === id));
}

export async function secretsOf(ledger: Ledger, { id }: StoredProvider) {
  return (await ledger.mail.records()).secrets.filter(({ providerId }) => providerId === id);
}

export async function saidBy(ledger: Ledger, who: string) {
  return (await ledger.audit.recent(500)).filter((row) => row.who === who).reverse();
}

/** The same act by 20 operators at once, over three processes. */
export function byTwenty<Answer>(
  [first, second, third]: LedgerStage['processes'],
  act: (ledger: Ledger, n: number) => Promise<Answer>,
): Promise<readonly Answer[]> {
  return Promise.all(Array.from({ length: 20 }, (_, n) => act([first, second][n % 3] ?? third, n)));
}

export function kindsOf(answers: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of answers) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
