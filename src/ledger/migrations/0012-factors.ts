/**
 * The twelfth migration: passkeys, authenticator apps, recovery codes, and the questions they answer. The previous version goes
 * on beside it: it knows none of these tables.
 */
import { ForwardMigration } from './forward-migration.js';

export class Factors1796353200000 extends ForwardMigration {
  readonly name = 'Factors1796353200000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE TABLE "passkeys" (
    "id" text PRIMARY KEY NOT NULL, "account" text NOT NULL, "public_key" text NOT NULL, "counter" bigint NOT NULL,
    "transports" text NOT NULL, "name" text NOT NULL, "created_at" bigint NOT NULL, "last_used_at" bigint)`,
  `CREATE INDEX "passkeys_account" ON "passkeys" ("account")`,
  `CREATE TABLE "totp" ("account" text PRIMARY KEY NOT NULL, "sealed" text NOT NULL, "confirmed_at" bigint)`,
  `CREATE TABLE "totp_steps" (
    "account" text NOT NULL, "step" integer NOT NULL, PRIMARY KEY ("account", "step"))`,
  `CREATE TABLE "recovery_codes" ("hash" text PRIMARY KEY NOT NULL, "account" text NOT NULL, "used_at" bigint)`,
  `CREATE INDEX "recovery_codes_account" ON "recovery_codes" ("account")`,
  `CREATE TABLE "challenges" (
    "hash" text PRIMARY KEY NOT NULL, "kind" text NOT NULL, "account" text, "holder" text NOT NULL, "data" text,
    "until" bigint NOT NULL, "tries" integer NOT NULL)`,
  `CREATE INDEX "challenges_until" ON "challenges" ("until")`,
];
