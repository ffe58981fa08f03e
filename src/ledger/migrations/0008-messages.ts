/**
 * The eighth migration: deliveries without a request. The previous version goes on beside it: it claims none of them, because
 * by the end that it knows (`give_up_at`) they are over.
 */
import { ForwardMigration } from './forward-migration.js';

export class Messages1796007600000 extends ForwardMigration {
  readonly name = 'Messages1796007600000';
  readonly sqlite = [...onSqlite, ...indices];
  readonly postgres = [...onPostgres, ...indices];
}

const onPostgres: readonly string[] = [
  `ALTER TABLE "deliveries" ALTER COLUMN "request_id" DROP NOT NULL`,
  `ALTER TABLE "deliveries" ADD "about" text`,
  `ALTER TABLE "deliveries" ADD "sealed_payload" text`,
  `ALTER TABLE "deliveries" ADD "expires_at" bigint`,
  `ALTER TABLE "deliveries" ADD "idempotency_key" text`,
];

const formerColumns = `
    "id", "request_id", "channel", "carrier", "kind", "recipient", "recipient_key", "state", "due_at", "give_up_at",
    "claim_token", "receipt", "wanted_revision", "drawn_revision", "attempts", "last_reason", "is_maybe_duplicate",
    "is_first_ended", "created_at", "is_card_lost", "is_maybe_there"`;

/** SQLite lets no column become nullable, so the table is made anew and takes the old one's name. */
const onSqlite: readonly string[] = [
  `CREATE TABLE "deliveries_remade" (
    "id" text PRIMARY KEY NOT NULL, "request_id" text, "channel" text NOT NULL,
    "carrier" text NOT NULL, "kind" text NOT NULL, "recipient" text NOT NULL,
    "recipient_key" text NOT NULL, "state" text NOT NULL, "due_at" bigint, "give_up_at" bigint NOT NULL,
    "claim_token" text, "receipt" text, "wanted_revision" integer NOT NULL,
    "drawn_revision" integer NOT NULL, "attempts" integer NOT NULL, "last_reason" text,
    "is_maybe_duplicate" integer NOT NULL, "is_first_ended" integer NOT NULL,
    "created_at" bigint NOT NULL, "is_card_lost" integer NOT NULL DEFAULT 0,
    "is_maybe_there" integer NOT NULL DEFAULT 0, "about" text, "sealed_payload" text, "expires_at" bigint,
    "idempotency_key" text,
    CONSTRAINT "deliveries_request" FOREIGN KEY ("request_id") REFERENCES "requests" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION)`,
  `INSERT INTO "deliveries_remade" (${formerColumns}) SELECT ${formerColumns} FROM "deliveries"`,
  `DROP TABLE "deliveries"`,
  `ALTER TABLE "deliveries_remade" RENAME TO "deliveries"`,
  `CREATE UNIQUE INDEX "deliveries_recipient" ON "deliveries" ("request_id", "channel", "recipient_key")`,
  `CREATE INDEX "deliveries_due" ON "deliveries" ("carrier", "due_at") WHERE due_at IS NOT NULL`,
  `CREATE INDEX "deliveries_failed" ON "deliveries" ("created_at") WHERE state = 'failed'`,
];

const indices: readonly string[] = [
  `CREATE UNIQUE INDEX "deliveries_idempotency" ON "deliveries" ("kind", "idempotency_key") WHERE idempotency_key IS NOT NULL`,
  `CREATE INDEX "deliveries_payloads" ON "deliveries" ("expires_at") WHERE sealed_payload IS NOT NULL`,
  `CREATE INDEX "deliveries_expired" ON "deliveries" ("expires_at") WHERE expires_at IS NOT NULL AND sealed_payload IS NULL`,
];
