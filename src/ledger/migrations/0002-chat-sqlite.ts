/**
 * The second migration, for SQLite, as TypeORM writes it for the entities; but columns are added in place, where TypeORM
 * would copy whole tables. Once released: never changed again.
 */
export const statements: readonly string[] = [
  `ALTER TABLE "requests" ADD "denial_reason" text`,
  `ALTER TABLE "requests" ADD "is_denial_shared" integer`,
  `ALTER TABLE "requests" ADD "revoked_by" text`,
  `ALTER TABLE "requests" ADD "revoked_at" bigint`,
  `ALTER TABLE "deliveries" ADD "is_card_lost" integer NOT NULL DEFAULT 0`,
  `CREATE TABLE "mutes" (
    "site" text NOT NULL, "address" text NOT NULL, "until" bigint NOT NULL, "muted_by" text NOT NULL,
    PRIMARY KEY ("site", "address"))`,
  `CREATE INDEX "mutes_until" ON "mutes" ("until")`,
  `CREATE TABLE "link_codes" (
    "channel" text NOT NULL, "workspace" text NOT NULL, "subject" text NOT NULL, "hash" text NOT NULL,
    "until" bigint NOT NULL, PRIMARY KEY ("channel", "workspace", "subject"))`,
  `CREATE UNIQUE INDEX "link_codes_hash" ON "link_codes" ("hash")`,
  `CREATE INDEX "link_codes_until" ON "link_codes" ("until")`,
  `CREATE TABLE "links" (
    "channel" text NOT NULL, "workspace" text NOT NULL, "subject" text NOT NULL, "approver" text NOT NULL,
    "linked_at" bigint NOT NULL, PRIMARY KEY ("channel", "workspace", "subject", "approver"))`,
  `CREATE TABLE "service_tokens" (
    "id" text PRIMARY KEY NOT NULL, "hash" text NOT NULL, "producer" text NOT NULL, "label" text NOT NULL,
    "created_at" bigint NOT NULL, "until" bigint, "revoked_at" bigint, "last_used_at" bigint)`,
  `CREATE UNIQUE INDEX "service_tokens_hash" ON "service_tokens" ("hash")`,
  `CREATE TABLE "replays" (
    "key" text PRIMARY KEY NOT NULL, "until" bigint NOT NULL)`,
  `CREATE INDEX "replays_until" ON "replays" ("until")`,
  `CREATE TABLE "dead_letters" (
    "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "at" bigint NOT NULL, "source" text NOT NULL,
    "reason" text NOT NULL, "call_id" text NOT NULL, "address" text NOT NULL, "headers" text NOT NULL,
    "body_bytes" integer NOT NULL, "body_hash" text NOT NULL, "sealed_body" text,
    "unrecorded" integer NOT NULL, "redriven_at" bigint, "redriven_by" text, "redriven_outcome" text)`,
  `CREATE TABLE "leases" (
    "name" text PRIMARY KEY NOT NULL, "owner" text NOT NULL, "until" bigint NOT NULL)`,
];
