/** What the verbs of mail records share: one call to the gate each, and its answer as lines or as JSON. */
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { EXIT } from '../../exit-code.js';
import { askAdmin } from '../../ask-admin.js';
import { oneWord, someWords } from '../../argument-readers.js';
import { plain, plainJson } from '../../../base/text/plain.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../../verb.js';

export const PROVIDERS = '/api/mail/providers';
export const MAILBOXES = '/api/mail/mailboxes';
export const SECRETS = '/api/mail/secrets';

const TESTED = z.object({
  isOk: z.boolean(),
  provider: z.string(),
  to: z.string().nullable(),
  detail: z.string(),
  cure: z.string(),
  tookMs: z.number(),
  isResumed: z.literal(true).optional(),
});

interface Act<T> {
  readonly path: string;
  readonly method?: 'POST' | 'DELETE';
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType<T>;
  /** What is printed once it is done. */
  readonly told: (answer: T) => string;
}

export async function act<T>(
  cli: Cli,
  { path, method = 'POST', fields = {}, schema, told }: Act<T>,
  options: CommonOptions,
): Promise<void> {
  const operator = operatorOf(cli, options);
  const query = new URLSearchParams({ ...(fields as Readonly<Record<string, string>>), operator }).toString();
  const call =
    method === 'DELETE'
      ? ({ method, path: `${path}?${query}` } as const)
      : ({ method, path, body: { ...fields, operator } } as const);
  const answer = await askAdmin(cli, call, { schema, options });
  if (answer !== null) print(cli, { answer, text: told(answer) }, options);
}

export function print(
  cli: Cli,
  { answer, text }: { readonly answer: unknown; readonly text: string },
  options: CommonOptions,
): void {
  cli.surroundings.out.write(options.json === true ? `${plainJson(answer)}\n` : `${text}\n`);
  cli.end(EXIT.ok);
}

/** Signs in, or sends one real mail, and ends with 1 where that did not work. */
export async function tryOut(cli: Cli, path: string, options: CommonOptions & { readonly to?: string }): Promise<void> {
  const body = { operator: operatorOf(cli, options), ...(options.to === undefined ? {} : { to: options.to }) };
  const tried = await askAdmin(cli, { method: 'POST', path: `${path}/test`, body }, { schema: TESTED, options });
  if (tried === null) return;
  const { out, err } = cli.surroundings;
  const what = tried.to === null ? 'sign-in' : `mail to ${plain(tried.to)}`;
  const cure = tried.cure === '' ? '' : `\n${plain(tried.cure)}`;
  const resumed = tried.isResumed === true ? '\nWhat waited because it refused us is sent now.' : '';
  const answer = `${plain(tried.detail)} (${String(tried.tookMs)} ms)${cure}${resumed}`;
  const line = `${plain(tried.provider)}, ${what}: ${answer}\n`;
  if (options.json === true) out.write(`${plainJson(tried)}\n`);
  else (tried.isOk ? out : err).write(line);
  cli.end(tried.isOk ? EXIT.ok : EXIT.no);
}

/** Of a record by its name: `show`, `pause`, … */
export function of(verb: Command, name: string, { what, of: argument }: { what: string; of: string }): Command {
  return talksToGate(verb.command(name)).description(what).argument(`<${argument}>`, 'its name in the list', oneWord);
}

export function reason(text: string): string {
  return someWords(text);
}

export function many(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, oneWord(text)];
}

export function number(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** `oauthTokenUrl` of an option is `oauth_token_url` of the record. Those that were given alone. */
export function fieldsIn(
  options: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  const given = names.flatMap((name) => {
    const option = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return options[option] === undefined ? [] : [[name, options[option]] as const];
  });
  return Object.fromEntries(given);
}

export function at(path: string, name: string): string {
  return `${path}/${encodeURIComponent(name)}`;
}
