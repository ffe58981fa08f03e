/**
 * The sixth migration: whose network holds a slot, and where a session was begun. The previous version goes on beside it: slots
 * that it takes count for the cap and for no network, and its sessions say nothing of where they were begun.
 */
import { ForwardMigration } from './forward-migration.js';

export class Shares1795834800000 extends ForwardMigration {
  readonly name = 'Shares1795834800000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `ALTER TABLE "slots" ADD "holder" text`,
  `ALTER TABLE "sessions" ADD "created_at" bigint`,
  `ALTER TABLE "sessions" ADD "address" text`,
  `ALTER TABLE "sessions" ADD "browser" text`,
];
