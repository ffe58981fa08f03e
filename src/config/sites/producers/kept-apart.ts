/** Checks that callers of one producer cannot pass for another's, and that no producer's token is shown to another's verifier. */
import type { CallerProofs } from '../../../contract/caller-proofs.js';
import { quoted, type Reading } from '../reading.js';

interface Named {
  readonly name: string;
  readonly secrets: CallerProofs;
}

export function tellShared(drafts: readonly Named[], reading: Reading): void {
  tellSharedSecrets(drafts, reading);
  tellSharedVerifiers(drafts, reading);
}

function tellSharedSecrets(drafts: readonly Named[], reading: Reading): void {
  const owners = new Map<string, string>();
  for (const { name, secrets } of drafts) {
    for (const { key, what, text } of provingParts(secrets)) {
      const owner = owners.get(`${key} ${text}`) ?? name;
      owners.set(`${key} ${text}`, owner);
      if (owner === name) continue;
      const wrong = { problem: `is also the ${what} of ${owner}`, cure: `Give every producer a ${what} of its own.` };
      reading.tell(`producers.${quoted(name)}.${key}`, wrong);
    }
  }
}

interface ProvingPart {
  readonly key: string;
  readonly what: string;
  readonly text: string;
}

function provingParts({ bearers, hmac, certificates }: CallerProofs): readonly ProvingPart[] {
  const parts = (key: string, what: string, texts: Iterable<string>): ProvingPart[] =>
    [...texts].map((text) => ({ key, what, text }));
  const texts = (secrets: CallerProofs['bearers']): string[] => secrets.map((secret) => secret.revealText());
  return [
    ...parts('token', 'token', texts(bearers)),
    ...parts('hmac_secret', 'key', texts(hmac?.keys ?? [])),
    ...parts('client_cert_sha256', 'certificate', certificates?.sha256 ?? []),
    ...parts('client_cert_subject', 'name', certificates?.subjects ?? []),
    ...parts('client_cert_san', 'name', certificates?.altNames ?? []),
  ];
}

/**
 * A verifier is shown every bearer that begins with its prefix and is unknown here, so also another producer's bearer
 * that was mistyped or is out of use. So beside other producers a verifier needs a prefix, and prefixes may not overlap.
 */
function tellSharedVerifiers(drafts: readonly Named[], reading: Reading): void {
  const seen: { readonly name: string; readonly prefix: string }[] = [];
  for (const { name, secrets } of drafts) {
    if (secrets.verifier === null) continue;
    const { prefix } = secrets.verifier;
    const key = `producers.${quoted(name)}.verifier_prefix`;
    const twin = seen.find((other) => prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix));
    seen.push({ name, prefix });
    if (prefix === '' && drafts.length > 1)
      reading.tell(key, {
        problem: "is missing, and there are other producers, whose tokens are not for this one's verifier",
        cure: 'Write how the tokens that it knows begin: verifier_prefix = "ast_"',
      });
    else if (twin !== undefined && twin.prefix !== '')
      reading.tell(key, {
        problem: `overlaps with that of ${twin.name}: a token would be shown to both`,
        cure: 'Give the tokens of each verifier a beginning of their own.',
      });
  }
}
