/**
 * The thirteenth migration: handing on whoever is signed in to another origin, the sessions that they have there, and what a session
 * was begun by at a provider. The previous version goes on beside it: it knows neither table, and reads sessions by names.
 */
import { ForwardMigration } from './forward-migration.js';

export class Handoffs1796439600000 extends ForwardMigration {
  readonly name = 'Handoffs1796439600000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE TABLE "handoffs" (
    "state_hash" text PRIMARY KEY NOT NULL, "origin" text NOT NULL, "challenge" text NOT NULL, "back" text NOT NULL,
    "locale" text, "until" bigint NOT NULL, "code_hash" text, "session" text)`,
  `CREATE INDEX "handoffs_until" ON "handoffs" ("until")`,
  `CREATE TABLE "handed_out" (
    "hash" text PRIMARY KEY NOT NULL, "origin" text NOT NULL, "account" text NOT NULL, "session" text NOT NULL,
    "csrf_key" text NOT NULL, "created_at" bigint NOT NULL, "until" bigint NOT NULL)`,
  `CREATE INDEX "handed_out_until" ON "handed_out" ("until")`,
  `ALTER TABLE "sessions" ADD "credential_issuer" text`,
  `ALTER TABLE "sessions" ADD "credential_subject" text`,
];
