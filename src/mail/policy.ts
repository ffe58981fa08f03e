/**
 * A provider's policy: what was written of it, with every default in place. Read once where a record is made or changed; what does
 * not fit is told field by field.
 */
import type { z } from 'zod';
import { nearest } from '../base/text/nearest.js';
import { readMailSender } from '../base/net/mail-address.js';
import type { MailPolicy } from '../contract/mail-policy.js';
import type { MailPolicyChanges, MailProvider } from '../contract/mail-records.js';
import { POLICY_TABLES, type MailKind, type PolicyField } from './policy-fields.js';

interface PolicyProblem {
  /** `throttle.per_minute`; a table's name alone where it is none. */
  readonly key: string;
  readonly problem: string;
  readonly cure: string;
}

export type PolicyRead = { readonly policy: MailPolicy } | { readonly problems: readonly PolicyProblem[] };

type Tables = typeof POLICY_TABLES;
type TableName = keyof Tables;
/** All fields of all tables, as they are written. */
type Written = {
  readonly [T in TableName]: {
    readonly [F in keyof Tables[T]]: Tables[T][F] extends PolicyField<infer S> ? z.output<S> : never;
  };
};

const TABLES = Object.entries(POLICY_TABLES) as unknown as readonly (readonly [
  TableName,
  Readonly<Record<string, PolicyField>>,
])[];

export function readPolicy(kind: MailKind, changes: MailPolicyChanges): PolicyRead {
  const problems = [
    ...unknownTables(changes),
    ...TABLES.flatMap(([name, fields]) => problemsOf(name, fields, changes)),
  ];
  problems.push(...unfitOf(kind, changes));
  if (problems.length > 0) return { problems };
  return { policy: policyOf(written(kind, changes)) };
}

/** Of a record, whose policy was read when it was written. A later version may have narrowed it: then the defaults hold. */
export function policyOfProvider({ kind, policy }: Pick<MailProvider, 'kind' | 'policy'>): MailPolicy {
  const read = readPolicy(kind, policy);
  return 'policy' in read ? read.policy : policyOf(written(kind, {}));
}

function unknownTables(changes: MailPolicyChanges): readonly PolicyProblem[] {
  const known = Object.keys(POLICY_TABLES);
  return Object.keys(changes).flatMap((name) => (known.includes(name) ? [] : [unknown(name, name, known)]));
}

function unknown(key: string, name: string, known: readonly string[]): PolicyProblem {
  const meant = nearest(name, known);
  const guess = meant === null ? '' : `Did you mean ${meant}? `;
  return { key, problem: 'is not a known key', cure: `${guess}Known here: ${known.join(', ')}.` };
}

function problemsOf(
  table: TableName,
  fields: Readonly<Record<string, PolicyField>>,
  changes: MailPolicyChanges,
): readonly PolicyProblem[] {
  const given = changes[table];
  if (given === undefined) return [];
  if (!isTable(given))
    return [
      { key: table, problem: 'is not a table', cure: `Write its fields below it: ${Object.keys(fields).join(', ')}.` },
    ];
  return Object.entries(given).flatMap(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const key = `${table}.${name}`;
    return field === undefined ? [unknown(key, name, Object.keys(fields))] : (wrongIn(key, field, value) ?? []);
  });
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first problem of a field. */
function wrongIn(key: string, { schema, setting }: PolicyField, value: unknown): readonly [PolicyProblem] | null {
  const read = schema.safeParse(value);
  if (read.success) return null;
  const [issue] = read.error.issues;
  if (issue?.code === 'custom') return [{ key, problem: issue.message, cure: String(issue.params?.['cure'] ?? '') }];
  const cure = `Write ${setting.form}: ${setting.example ?? ''}`;
  return [{ key, problem: 'does not fit', cure }];
}

/** What is right by itself and not of this kind. */
function unfitOf(kind: MailKind, { mail }: MailPolicyChanges): readonly PolicyProblem[] {
  if (!isTable(mail)) return [];
  if (kind === 'smtp')
    return mail['save_to_sent'] === undefined
      ? []
      : [
          {
            key: 'mail.save_to_sent',
            problem: 'is of graph alone: over SMTP the server decides',
            cure: 'Take it out.',
          },
        ];
  const { headers } = mail;
  const [other] = isTable(headers) ? Object.keys(headers).filter((name) => !/^x-/i.test(name)) : [];
  if (other === undefined) return [];
  return [{ key: 'mail.headers', problem: `has ${other}, and Graph takes X-… alone`, cure: 'Take it out.' }];
}

function written(kind: MailKind, changes: MailPolicyChanges): Written {
  const tables = TABLES.map(([name, fields]) => {
    const given = changes[name] as Readonly<Record<string, unknown>> | undefined;
    const values = Object.entries(fields).map(([key, { defaults }]) => [key, given?.[key] ?? defaults[kind]]);
    return [name, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(tables) as unknown as Written;
}

function policyOf({ throttle, http, token, retry, mail, terminal }: Written): MailPolicy {
  return {
    throttle: { perMinute: throttle.per_minute, atOnce: throttle.at_once },
    http: { connectMs: http.connect_ms, totalMs: http.total_ms, answerBytes: http.answer_bytes },
    token: { earlyRefreshShare: token.early_refresh },
    retry: {
      waitsMs: retry.waits_sec.map((seconds) => seconds * 1_000),
      jitter: retry.jitter,
      longestWaitMs: retry.longest_sec * 1_000,
      attempts: retry.attempts,
      lifetimeMs: retry.lifetime_sec * 1_000,
    },
    mail: {
      from: readMailSender(mail.from),
      replyTo: readMailSender(mail.reply_to)?.address ?? null,
      headers: mail.headers,
      isSavedToSent: mail.save_to_sent,
    },
    terminal: { isSoftBounce: terminal.soft_bounce, final: terminal.final, retried: terminal.retried },
  };
}
