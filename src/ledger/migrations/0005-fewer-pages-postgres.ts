/** The fifth migration, for PostgreSQL, as TypeORM writes it for the entities. Once released: never changed again. */
export const statements: readonly string[] = [
  `DROP INDEX "slots_request"`,
  `DROP INDEX "audit_site"`,
  `CREATE INDEX "audit_site" ON "audit" ("site", "id") WHERE number IS NOT NULL`,
];
