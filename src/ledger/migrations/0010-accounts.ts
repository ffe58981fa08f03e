/**
 * The tenth migration: accounts of people who are no approvers, what they sign in by at providers, and sign-ins that were begun
 * there. The previous version goes on beside it: it knows none of these tables.
 */
import { ForwardMigration } from './forward-migration.js';

export class Accounts1796180400000 extends ForwardMigration {
  readonly name = 'Accounts1796180400000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE TABLE "accounts" (
    "id" text PRIMARY KEY NOT NULL, "name" text, "state" text NOT NULL, "created_at" bigint NOT NULL)`,
  `CREATE TABLE "credentials" (
    "issuer" text NOT NULL, "subject" text NOT NULL, "provider" text NOT NULL, "account" text NOT NULL,
    "email" text, "is_email_verified" integer NOT NULL, "name" text,
    "created_at" bigint NOT NULL, "last_used_at" bigint NOT NULL, PRIMARY KEY ("issuer", "subject"))`,
  `CREATE INDEX "credentials_account" ON "credentials" ("account")`,
  `CREATE INDEX "credentials_email" ON "credentials" ("email") WHERE email IS NOT NULL`,
  `CREATE TABLE "sign_in_states" (
    "hash" text PRIMARY KEY NOT NULL, "provider" text NOT NULL, "browser" text NOT NULL, "next" text,
    "link_account" text, "until" bigint NOT NULL)`,
  `CREATE INDEX "sign_in_states_until" ON "sign_in_states" ("until")`,
];
