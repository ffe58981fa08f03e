/** The first migration: all tables of the ledger's first version. */
import { ForwardMigration } from './forward-migration.js';

export class First1795402800000 extends ForwardMigration {
  readonly name = 'First1795402800000';
  readonly sqlite = sqlite;
  readonly postgres = postgres;
}

const sqlite: readonly string[] = [
  `CREATE TABLE "requests" (
    "id" text PRIMARY KEY NOT NULL, "status_id" text NOT NULL, "token_hash" text NOT NULL,
    "token_prefix" text NOT NULL, "sealed_token" text, "producer" text NOT NULL, "site" text,
    "host" text NOT NULL, "environment" text NOT NULL, "path" text NOT NULL, "address" text NOT NULL,
    "country" text, "user_agent" text NOT NULL, "browser" text NOT NULL, "opened_at" bigint NOT NULL,
    "deadline_at" bigint NOT NULL, "grant_ttl_seconds" integer NOT NULL, "their_confirm_url" text,
    "callback" text, "callback_key" text, "window_until" bigint, "revision" integer NOT NULL,
    "outcome" text, "decided_by" text, "decided_over" text, "decided_at" bigint, "granted_until" bigint,
    "tap_id" text, "first_open" integer NOT NULL, "first_sent" integer NOT NULL,
    "is_all_failed_told" integer NOT NULL)`,
  `CREATE UNIQUE INDEX "requests_token_hash" ON "requests" ("token_hash")`,
  `CREATE UNIQUE INDEX "requests_status_id" ON "requests" ("status_id")`,
  `CREATE INDEX "requests_pending" ON "requests" ("deadline_at") WHERE outcome IS NULL`,
  `CREATE INDEX "requests_visitor" ON "requests" ("site", "address", "opened_at")`,
  `CREATE INDEX "requests_opened" ON "requests" ("opened_at")`,
  `CREATE TABLE "asked" (
    "request_id" text NOT NULL, "approver" text NOT NULL, "endpoint" text NOT NULL,
    CONSTRAINT "asked_request" FOREIGN KEY ("request_id") REFERENCES "requests" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION,
    PRIMARY KEY ("request_id", "approver", "endpoint"))`,
  `CREATE TABLE "deliveries" (
    "id" text PRIMARY KEY NOT NULL, "request_id" text NOT NULL, "channel" text NOT NULL,
    "carrier" text NOT NULL, "kind" text NOT NULL, "recipient" text NOT NULL,
    "recipient_key" text NOT NULL, "state" text NOT NULL, "due_at" bigint, "give_up_at" bigint NOT NULL,
    "claim_token" text, "receipt" text, "wanted_revision" integer NOT NULL,
    "drawn_revision" integer NOT NULL, "attempts" integer NOT NULL, "last_reason" text,
    "is_maybe_duplicate" integer NOT NULL, "is_first_ended" integer NOT NULL,
    "created_at" bigint NOT NULL,
    CONSTRAINT "deliveries_request" FOREIGN KEY ("request_id") REFERENCES "requests" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION)`,
  `CREATE UNIQUE INDEX "deliveries_recipient" ON "deliveries" ("request_id", "channel", "recipient_key")`,
  `CREATE INDEX "deliveries_due" ON "deliveries" ("carrier", "due_at") WHERE due_at IS NOT NULL`,
  `CREATE INDEX "deliveries_failed" ON "deliveries" ("created_at") WHERE state = 'failed'`,
  `CREATE TABLE "attempts" (
    "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "delivery_id" text NOT NULL, "task" text NOT NULL,
    "attempt" integer NOT NULL, "started_at" bigint NOT NULL, "ended_at" bigint, "outcome" text,
    "reason" text, "took_ms" integer,
    CONSTRAINT "attempts_of" FOREIGN KEY ("delivery_id") REFERENCES "deliveries" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION)`,
  `CREATE INDEX "attempts_delivery" ON "attempts" ("delivery_id")`,
  `CREATE TABLE "pauses" (
    "carrier" text PRIMARY KEY NOT NULL, "reason" text NOT NULL, "since_at" bigint NOT NULL,
    "probe_at" bigint NOT NULL)`,
  `CREATE TABLE "windows" (
    "key" text PRIMARY KEY NOT NULL, "until" bigint NOT NULL, "request_id" text NOT NULL)`,
  `CREATE TABLE "slots" (
    "approver" text NOT NULL, "n" integer NOT NULL, "until" bigint NOT NULL, "request_id" text,
    PRIMARY KEY ("approver", "n"))`,
  `CREATE INDEX "slots_request" ON "slots" ("request_id")`,
  `CREATE TABLE "grants" (
    "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "site" text NOT NULL, "address" text NOT NULL,
    "until" bigint NOT NULL, "granted_at" bigint NOT NULL, "granted_by" text NOT NULL, "request_id" text,
    "revoked_at" bigint)`,
  `CREATE UNIQUE INDEX "grants_visitor" ON "grants" ("site", "address")`,
  `CREATE INDEX "grants_live" ON "grants" ("until") WHERE revoked_at IS NULL`,
  `CREATE TABLE "sign_in_links" (
    "hash" text PRIMARY KEY NOT NULL, "approver" text NOT NULL, "until" bigint NOT NULL,
    "used_at" bigint)`,
  `CREATE INDEX "sign_in_links_until" ON "sign_in_links" ("until")`,
  `CREATE TABLE "sessions" (
    "hash" text PRIMARY KEY NOT NULL, "approver" text NOT NULL, "csrf_key" text NOT NULL,
    "until" bigint NOT NULL)`,
  `CREATE INDEX "sessions_until" ON "sessions" ("until")`,
  `CREATE TABLE "canary" (
    "id" integer PRIMARY KEY NOT NULL, "sealed" text NOT NULL)`,
  `CREATE TABLE "audit" (
    "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "at" bigint NOT NULL, "who" text NOT NULL,
    "what" text NOT NULL, "surface" text NOT NULL, "site" text, "address" text, "request_id" text,
    "detail" text NOT NULL)`,
  `CREATE INDEX "audit_site" ON "audit" ("site", "id")`,
];

const postgres: readonly string[] = [
  `CREATE TABLE "requests" (
    "id" text NOT NULL, "status_id" text NOT NULL, "token_hash" text NOT NULL,
    "token_prefix" text NOT NULL, "sealed_token" text, "producer" text NOT NULL, "site" text,
    "host" text NOT NULL, "environment" text NOT NULL, "path" text NOT NULL, "address" text NOT NULL,
    "country" text, "user_agent" text NOT NULL, "browser" text NOT NULL, "opened_at" bigint NOT NULL,
    "deadline_at" bigint NOT NULL, "grant_ttl_seconds" integer NOT NULL, "their_confirm_url" text,
    "callback" text, "callback_key" text, "window_until" bigint, "revision" integer NOT NULL,
    "outcome" text, "decided_by" text, "decided_over" text, "decided_at" bigint, "granted_until" bigint,
    "tap_id" text, "first_open" integer NOT NULL, "first_sent" integer NOT NULL,
    "is_all_failed_told" integer NOT NULL,
    CONSTRAINT "PK_0428f484e96f9e6a55955f29b5f" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "requests_token_hash" ON "requests" ("token_hash")`,
  `CREATE UNIQUE INDEX "requests_status_id" ON "requests" ("status_id")`,
  `CREATE INDEX "requests_pending" ON "requests" ("deadline_at") WHERE outcome IS NULL`,
  `CREATE INDEX "requests_visitor" ON "requests" ("site", "address", "opened_at")`,
  `CREATE INDEX "requests_opened" ON "requests" ("opened_at")`,
  `CREATE TABLE "asked" (
    "request_id" text NOT NULL, "approver" text NOT NULL, "endpoint" text NOT NULL,
    CONSTRAINT "PK_b5243b18c01842eb35ab1b8f3c2" PRIMARY KEY ("request_id", "approver", "endpoint"))`,
  `CREATE TABLE "deliveries" (
    "id" text NOT NULL, "request_id" text NOT NULL, "channel" text NOT NULL, "carrier" text NOT NULL,
    "kind" text NOT NULL, "recipient" text NOT NULL, "recipient_key" text NOT NULL,
    "state" text NOT NULL, "due_at" bigint, "give_up_at" bigint NOT NULL, "claim_token" text,
    "receipt" text, "wanted_revision" integer NOT NULL, "drawn_revision" integer NOT NULL,
    "attempts" integer NOT NULL, "last_reason" text, "is_maybe_duplicate" integer NOT NULL,
    "is_first_ended" integer NOT NULL, "created_at" bigint NOT NULL,
    CONSTRAINT "PK_a6ef225c5c5f0974e503bfb731f" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "deliveries_recipient" ON "deliveries" ("request_id", "channel", "recipient_key")`,
  `CREATE INDEX "deliveries_due" ON "deliveries" ("carrier", "due_at") WHERE due_at IS NOT NULL`,
  `CREATE INDEX "deliveries_failed" ON "deliveries" ("created_at") WHERE state = 'failed'`,
  `CREATE TABLE "attempts" (
    "id" SERIAL NOT NULL, "delivery_id" text NOT NULL, "task" text NOT NULL, "attempt" integer NOT NULL,
    "started_at" bigint NOT NULL, "ended_at" bigint, "outcome" text, "reason" text, "took_ms" integer,
    CONSTRAINT "PK_295ca261e361fd2fd217754dcac" PRIMARY KEY ("id"))`,
  `CREATE INDEX "attempts_delivery" ON "attempts" ("delivery_id")`,
  `CREATE TABLE "pauses" (
    "carrier" text NOT NULL, "reason" text NOT NULL, "since_at" bigint NOT NULL,
    "probe_at" bigint NOT NULL, CONSTRAINT "PK_ae7cec36b4464fc5f920ae1297c" PRIMARY KEY ("carrier"))`,
  `CREATE TABLE "windows" (
    "key" text NOT NULL, "until" bigint NOT NULL, "request_id" text NOT NULL,
    CONSTRAINT "PK_aa24a9821d00a3b5f2b05236991" PRIMARY KEY ("key"))`,
  `CREATE TABLE "slots" (
    "approver" text NOT NULL, "n" integer NOT NULL, "until" bigint NOT NULL, "request_id" text,
    CONSTRAINT "PK_26aed60c4f61275ed9c988a958e" PRIMARY KEY ("approver", "n"))`,
  `CREATE INDEX "slots_request" ON "slots" ("request_id")`,
  `CREATE TABLE "grants" (
    "id" SERIAL NOT NULL, "site" text NOT NULL, "address" text NOT NULL, "until" bigint NOT NULL,
    "granted_at" bigint NOT NULL, "granted_by" text NOT NULL, "request_id" text, "revoked_at" bigint,
    CONSTRAINT "PK_a25f5f89eff8b3277f7969b7094" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "grants_visitor" ON "grants" ("site", "address")`,
  `CREATE INDEX "grants_live" ON "grants" ("until") WHERE revoked_at IS NULL`,
  `CREATE TABLE "sign_in_links" (
    "hash" text NOT NULL, "approver" text NOT NULL, "until" bigint NOT NULL, "used_at" bigint,
    CONSTRAINT "PK_367ffdd7e857154e016e32bd637" PRIMARY KEY ("hash"))`,
  `CREATE INDEX "sign_in_links_until" ON "sign_in_links" ("until")`,
  `CREATE TABLE "sessions" (
    "hash" text NOT NULL, "approver" text NOT NULL, "csrf_key" text NOT NULL, "until" bigint NOT NULL,
    CONSTRAINT "PK_31be0a69981767c841026c309ed" PRIMARY KEY ("hash"))`,
  `CREATE INDEX "sessions_until" ON "sessions" ("until")`,
  `CREATE TABLE "canary" (
    "id" integer NOT NULL, "sealed" text NOT NULL,
    CONSTRAINT "PK_9e3ce95e82a1639ff5fd50c8f93" PRIMARY KEY ("id"))`,
  `CREATE TABLE "audit" (
    "id" SERIAL NOT NULL, "at" bigint NOT NULL, "who" text NOT NULL, "what" text NOT NULL,
    "surface" text NOT NULL, "site" text, "address" text, "request_id" text, "detail" text NOT NULL,
    CONSTRAINT "PK_1d3d120ddaf7bc9b1ed68ed463a" PRIMARY KEY ("id"))`,
  `CREATE INDEX "audit_site" ON "audit" ("site", "id")`,
  `ALTER TABLE "asked"
    ADD CONSTRAINT "asked_request" FOREIGN KEY ("request_id")
    REFERENCES "requests"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "deliveries"
    ADD CONSTRAINT "deliveries_request" FOREIGN KEY ("request_id")
    REFERENCES "requests"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "attempts"
    ADD CONSTRAINT "attempts_of" FOREIGN KEY ("delivery_id")
    REFERENCES "deliveries"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
];
