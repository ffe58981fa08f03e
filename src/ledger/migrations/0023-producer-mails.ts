/**
 * Mails that other services order. The previous version goes on beside it: it sends their messages as it sends all others, and leaves
 * alone the kind of message that tells of their end.
 */
import { ForwardMigration } from './forward-migration.js';

export class ProducerMails1797303600000 extends ForwardMigration {
  readonly name = 'ProducerMails1797303600000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE TABLE "producer_mails" (
    "id" text PRIMARY KEY NOT NULL, "producer" text NOT NULL, "caller" text NOT NULL, "idempotency_key" text NOT NULL,
    "body_hash" text NOT NULL, "recipients" integer NOT NULL, "created_at" bigint NOT NULL, "start_at" bigint NOT NULL,
    "expires_at" bigint NOT NULL, "look_at" bigint)`,
  `CREATE UNIQUE INDEX "producer_mails_key" ON "producer_mails" ("producer", "idempotency_key")`,
  `CREATE INDEX "producer_mails_look" ON "producer_mails" ("look_at") WHERE look_at IS NOT NULL`,
  `CREATE INDEX "producer_mails_expires" ON "producer_mails" ("expires_at")`,
  `CREATE INDEX "deliveries_about" ON "deliveries" ("about") WHERE about IS NOT NULL`,
];
