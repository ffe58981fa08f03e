/** The third migration, for PostgreSQL, as TypeORM writes it for the entities. Once released: never changed again. */
export const statements: readonly string[] = [
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
