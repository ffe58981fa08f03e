/**
 * What providers have taken and not sent yet, what bounced, and by what an attempt is known to a provider; records of failures,
 * addresses to which no mail goes, and pauses by operators. The previous version goes on beside it: it writes none of this, takes what
 * is in one of the new states for ended, and what an operator paused for a pause whose probe is far away.
 */
import { ForwardMigration } from './forward-migration.js';

export class Failures1797130800000 extends ForwardMigration {
  readonly name = 'Failures1797130800000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `ALTER TABLE "attempts" ADD "client_request_id" text`,
  `ALTER TABLE "attempts" ADD "provider_request_id" text`,
  `CREATE INDEX "deliveries_bounced" ON "deliveries" ("created_at") WHERE state = 'bounced'`,
  `CREATE INDEX "deliveries_accepted" ON "deliveries" ("carrier", "created_at", "id") WHERE state = 'accepted'`,
  `ALTER TABLE "deliveries" ADD "resend_for" bigint`,
  `ALTER TABLE "pauses" ADD "paused_by" text`,
  `CREATE TABLE "failures" (
    "id" text PRIMARY KEY NOT NULL, "kind" text NOT NULL, "channel" text NOT NULL, "carrier" text NOT NULL,
    "recipient" text NOT NULL, "recipient_key" text NOT NULL, "request_id" text, "site" text, "about" text,
    "state" text NOT NULL, "reason" text NOT NULL, "attempts" integer NOT NULL, "made_at" bigint NOT NULL,
    "failed_at" bigint NOT NULL, "give_up_at" bigint NOT NULL, "expires_at" bigint, "resend_for" bigint, "mail_scope" text,
    "is_maybe_duplicate" integer NOT NULL, "sealed_payload" text, "payload_until" bigint NOT NULL, "redriven_as" text,
    "redriven_at" bigint)`,
  `CREATE INDEX "failures_failed" ON "failures" ("failed_at", "id")`,
  `CREATE INDEX "failures_payloads" ON "failures" ("payload_until") WHERE sealed_payload IS NOT NULL`,
  `CREATE TABLE "suppressions" (
    "address" text PRIMARY KEY NOT NULL, "reason" text NOT NULL, "code" text, "delivery_id" text,
    "set_by" text NOT NULL, "since_at" bigint NOT NULL, "until" bigint NOT NULL)`,
  `CREATE INDEX "suppressions_until" ON "suppressions" ("until")`,
];
