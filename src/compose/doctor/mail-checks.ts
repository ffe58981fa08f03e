/** What `gate doctor` says of mail providers: their secrets are opened one by one, and those that are paused or incomplete are named. */
import type { Check } from '../../contract/admin.js';
import type { HiddenRecord, MailProviderLine, MailSecretLine, OperatorsMail } from '../../contract/operators-mail.js';

const NAME = 'mail providers';

/** `isOpen`: some channel of this installation sends mail. */
export async function mailChecks(
  mail: Pick<OperatorsMail, 'providers' | 'hidden'>,
  isOpen = true,
): Promise<readonly Check[]> {
  const providers = await mail.providers().catch(() => null);
  if (providers === null) return [UNKNOWN];
  const hidden = (await mail.hidden().catch(() => [])).map(hiddenCheck);
  return [...(isOpen ? [] : unusedCheck(providers)), ...readyChecks(providers), ...hidden];
}

function readyChecks(providers: readonly MailProviderLine[]): readonly Check[] {
  if (providers.length === 0) return [];
  const secrets = providers.flatMap((provider) => provider.secrets);
  const wrong = [
    ...secrets.flatMap(secretCheck),
    ...providers.flatMap(pausedCheck),
    ...providers.flatMap(incompleteCheck),
  ];
  if (wrong.length > 0) return wrong;
  const many = `${String(providers.length)} ready, ${String(secrets.length)} secrets open`;
  return [{ name: NAME, isOk: true, detail: many, cure: '' }];
}

export const UNUSED = {
  problem: 'mail providers are stored, and no mail goes out: nothing says that they are to be used',
  cure: 'Set MAIL_PROVIDERS=stored and restart the gate.',
} as const;

function unusedCheck(providers: readonly MailProviderLine[]): readonly Check[] {
  if (!providers.some(({ origin }) => origin === 'stored')) return [];
  return [{ name: 'stored mail providers', isOk: false, detail: UNUSED.problem, cure: UNUSED.cure }];
}

/** It is no fault: what is declared comes first. */
function hiddenCheck({ kind, name, by }: HiddenRecord): Check {
  const whose = by === 'env' ? 'that of the environment' : 'the one in sites.toml';
  const detail = `the stored one is passed over, because ${whose} has its name; take one of them out`;
  return { name: `mail ${kind} ${name}`, isOk: true, detail, cure: '' };
}

const UNKNOWN: Check = {
  name: NAME,
  isOk: false,
  detail: 'unknown: the database does not answer',
  cure: 'See what is said of the database.',
};

const CURES = {
  'key unknown':
    'Put the former key back into GATE_SECRET, behind the new one: GATE_SECRET=<new>,<former>. The gate then seals the secret with the new one.',
  'not authentic': 'It was changed, or belongs to another record: put the secret again.',
  format: 'It is no sealed secret: put the secret again.',
} as const;

function secretCheck({ provider, purpose, fault, keyId, version }: MailSecretLine): readonly Check[] {
  if (fault === null) return [];
  const by = fault === 'key unknown' ? `, sealed with the key ${keyId ?? ''}` : '';
  const put = fault === 'key unknown' ? '' : ` gate mail secret add ${provider} ${purpose} --file <path>`;
  return [
    {
      name: `mail secret of ${provider}`,
      isOk: false,
      detail: `${purpose}, version ${String(version)}${by}, does not open: ${fault}`,
      cure: `${CURES[fault]}${put}`,
    },
  ];
}

function pausedCheck({ name, state, pausedReason }: MailProviderLine): readonly Check[] {
  if (state === 'active') return [];
  const cure = `Mend what it says, try it with gate mail provider test ${name}, and then: gate mail provider resume ${name}`;
  return [{ name: `mail provider ${name}`, isOk: false, detail: `paused: ${pausedReason ?? 'no reason given'}`, cure }];
}

function incompleteCheck({ name, lacks, origin }: MailProviderLine): readonly Check[] {
  if (lacks.length === 0 || origin !== 'stored') return [];
  const cure = lacks.map((purpose) => `gate mail secret add ${name} ${purpose} --file <path>`).join('; ');
  return [{ name: `mail provider ${name}`, isOk: false, detail: `has no ${lacks.join(' and no ')}`, cure }];
}
