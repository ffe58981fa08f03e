/**
 * The third migration: seals of the audit trail, and what retention finds its rows by. The previous version goes on beside
 * it: what it adds to the trail has no number, and is sealed like all else.
 */
import { ForwardMigration } from './forward-migration.js';

export class Seals1795575600000 extends ForwardMigration {
  readonly name = 'Seals1795575600000';
  readonly sqlite = sqlite;
  readonly postgres = postgres;
}

const sqlite: readonly string[] = [
  `ALTER TABLE "audit" ADD "number" integer`,
  `CREATE INDEX "audit_unsealed" ON "audit" ("id") WHERE number IS NULL`,
  `CREATE TABLE "seals" (
    "number" integer PRIMARY KEY NOT NULL, "audit_id" integer NOT NULL, "commitment" text NOT NULL, "seal" text NOT NULL,
    "who_salt" text, "address_salt" text, "detail_salt" text, "who_hash" text, "address_hash" text,
    "detail_hash" text, "names_visitor" integer NOT NULL)`,
  `CREATE UNIQUE INDEX "seals_entry" ON "seals" ("audit_id")`,
  `CREATE INDEX "seals_visitors" ON "seals" ("number") WHERE names_visitor = 1`,
  `CREATE INDEX "seals_people" ON "seals" ("number") WHERE who_salt IS NOT NULL`,
  `CREATE TABLE "audit_head" (
    "id" integer PRIMARY KEY NOT NULL, "number" integer NOT NULL, "seal" text NOT NULL)`,
  `CREATE INDEX "requests_unerased" ON "requests" ("opened_at", "id") WHERE address <> 'erased'`,
  `CREATE INDEX "grants_revoked" ON "grants" ("revoked_at") WHERE revoked_at IS NOT NULL`,
];

const postgres: readonly string[] = [
  `ALTER TABLE "audit" ADD "number" integer`,
  `CREATE INDEX "audit_unsealed" ON "audit" ("id") WHERE number IS NULL`,
  `CREATE TABLE "seals" (
    "number" integer NOT NULL, "audit_id" integer NOT NULL, "commitment" text NOT NULL, "seal" text NOT NULL,
    "who_salt" text, "address_salt" text, "detail_salt" text, "who_hash" text, "address_hash" text,
    "detail_hash" text, "names_visitor" integer NOT NULL,
    CONSTRAINT "PK_bca66a943d5219f9917a4fce755" PRIMARY KEY ("number"))`,
  `CREATE UNIQUE INDEX "seals_entry" ON "seals" ("audit_id")`,
  `CREATE INDEX "seals_visitors" ON "seals" ("number") WHERE names_visitor = 1`,
  `CREATE INDEX "seals_people" ON "seals" ("number") WHERE who_salt IS NOT NULL`,
  `CREATE TABLE "audit_head" (
    "id" integer NOT NULL, "number" integer NOT NULL, "seal" text NOT NULL,
    CONSTRAINT "PK_d3ed64edb3e208e83ccb5da589a" PRIMARY KEY ("id"))`,
  `CREATE INDEX "requests_unerased" ON "requests" ("opened_at", "id") WHERE address <> 'erased'`,
  `CREATE INDEX "grants_revoked" ON "grants" ("revoked_at") WHERE revoked_at IS NOT NULL`,
];
