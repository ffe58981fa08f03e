/**
 * The second migration: reasons, revocations and lost cards; mutes, links, replays, dead letters, leases, tokens. The
 * previous version goes on beside it: what it does not know may be null or has a default.
 */
import { ForwardMigration } from './forward-migration.js';

export class Chat1795489200000 extends ForwardMigration {
  readonly name = 'Chat1795489200000';
  readonly sqlite = sqlite;
  readonly postgres = postgres;
}

const sqlite: readonly string[] = [
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

const postgres: readonly string[] = [
  `ALTER TABLE "requests" ADD "denial_reason" text`,
  `ALTER TABLE "requests" ADD "is_denial_shared" integer`,
  `ALTER TABLE "requests" ADD "revoked_by" text`,
  `ALTER TABLE "requests" ADD "revoked_at" bigint`,
  `ALTER TABLE "deliveries" ADD "is_card_lost" integer NOT NULL DEFAULT '0'`,
  `CREATE TABLE "mutes" (
    "site" text NOT NULL, "address" text NOT NULL, "until" bigint NOT NULL, "muted_by" text NOT NULL,
    CONSTRAINT "PK_4c7e6f061ec4c69f8664b48f917" PRIMARY KEY ("site", "address"))`,
  `CREATE INDEX "mutes_until" ON "mutes" ("until")`,
  `CREATE TABLE "link_codes" (
    "channel" text NOT NULL, "workspace" text NOT NULL, "subject" text NOT NULL, "hash" text NOT NULL,
    "until" bigint NOT NULL,
    CONSTRAINT "PK_4285dcbe993dc39fbbb94b13673" PRIMARY KEY ("channel", "workspace", "subject"))`,
  `CREATE UNIQUE INDEX "link_codes_hash" ON "link_codes" ("hash")`,
  `CREATE INDEX "link_codes_until" ON "link_codes" ("until")`,
  `CREATE TABLE "links" (
    "channel" text NOT NULL, "workspace" text NOT NULL, "subject" text NOT NULL, "approver" text NOT NULL,
    "linked_at" bigint NOT NULL,
    CONSTRAINT "PK_f19c8e0f7db444ced374ca16047" PRIMARY KEY ("channel", "workspace", "subject", "approver"))`,
  `CREATE TABLE "service_tokens" (
    "id" text NOT NULL, "hash" text NOT NULL, "producer" text NOT NULL, "label" text NOT NULL,
    "created_at" bigint NOT NULL, "until" bigint, "revoked_at" bigint, "last_used_at" bigint,
    CONSTRAINT "PK_82d2e44e9db9e25e79096018a3e" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "service_tokens_hash" ON "service_tokens" ("hash")`,
  `CREATE TABLE "replays" (
    "key" text NOT NULL, "until" bigint NOT NULL,
    CONSTRAINT "PK_f3c351be202cc2fbafb501a12dc" PRIMARY KEY ("key"))`,
  `CREATE INDEX "replays_until" ON "replays" ("until")`,
  `CREATE TABLE "dead_letters" (
    "id" SERIAL NOT NULL, "at" bigint NOT NULL, "source" text NOT NULL, "reason" text NOT NULL,
    "call_id" text NOT NULL, "address" text NOT NULL, "headers" text NOT NULL, "body_bytes" integer NOT NULL,
    "body_hash" text NOT NULL, "sealed_body" text, "unrecorded" integer NOT NULL, "redriven_at" bigint,
    "redriven_by" text, "redriven_outcome" text,
    CONSTRAINT "PK_084e63809483fb0a9c48aae607f" PRIMARY KEY ("id"))`,
  `CREATE TABLE "leases" (
    "name" text NOT NULL, "owner" text NOT NULL, "until" bigint NOT NULL,
    CONSTRAINT "PK_8f564523b661f9e2648c3377687" PRIMARY KEY ("name"))`,
];
