/**
 * SQL with its parameters, written once for both databases: a tagged template whose holes are parameters, other
 * fragments, or the few words in which the dialects differ. Data is never pasted into the text.
 */
export type Dialect = 'sqlite' | 'postgres';

export type SqlParameter = string | number | null;

/** A word that each dialect spells its own way. */
export interface Spelling {
  readonly sqlite: string;
  readonly postgres: string;
}

export interface Sql {
  readonly texts: readonly string[];
  readonly holes: readonly (SqlParameter | Sql | Spelling)[];
  /** Its text differs with the number of values it was given. */
  readonly isVarying?: true;
}

export interface Rendered {
  readonly text: string;
  readonly parameters: readonly SqlParameter[];
  /** Nothing in it varies: this code has few such texts, however often and with whatever values it asks them. */
  readonly isFixed: boolean;
}

export function sql(texts: TemplateStringsArray, ...holes: readonly (SqlParameter | Sql | Spelling)[]): Sql {
  return { texts, holes };
}

/**
 * `a, b, c`. An empty list is a syntax error, so callers check first. PostgreSQL plans a statement with a list anew for every
 * call; on the hot path use `oneOf` or `recordset`, which pass many values as one parameter.
 */
export function list(parts: readonly (SqlParameter | Sql)[]): Sql {
  return { ...commas(parts), isVarying: true };
}

/** The same where their count is this code's own: as many columns as a statement has. */
export function commas(parts: readonly (SqlParameter | Sql | Spelling)[]): Sql {
  return { texts: ['', ...parts.slice(1).map(() => ', '), ''], holes: parts };
}

/** Epoch milliseconds by the database's clock, read anew wherever it stands: for guards and for what is written. */
export const now: Spelling = {
  sqlite: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  postgres: 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)',
};

/** The same, read once for the whole statement: PostgreSQL uses an index only with a value that is constant within it. */
export const nowOnce: Spelling = { sqlite: `(SELECT ${now.sqlite})`, postgres: `(SELECT ${now.postgres})` };

/** 128 random bits as hex, new for every row. A UUID has 122: two make it whole. */
export const newClaimToken: Spelling = {
  sqlite: 'lower(hex(randomblob(16)))',
  postgres: 'md5(gen_random_uuid()::text || gen_random_uuid()::text)',
};

/** The smaller and the larger of two values that are not null. */
export const least: Spelling = { sqlite: 'min', postgres: 'least' };
export const greatest: Spelling = { sqlite: 'max', postgres: 'greatest' };

/** Takes the rows for this transaction, in the order read. SQLite has one writer and needs nothing. */
export const locked: Spelling = { sqlite: '', postgres: 'FOR NO KEY UPDATE' };

/** The same, skipping rows that another transaction has locked. */
export const lockedOrSkipped: Spelling = { sqlite: '', postgres: 'FOR UPDATE SKIP LOCKED' };

/** Pasted into the text as it is: for names of tables and columns that this code writes, never for data. */
export function verbatim(name: string): Spelling {
  return { sqlite: name, postgres: name };
}

/** A whole number: SQLite binds every number as a float, and PostgreSQL guesses a type from the context. */
export function whole(value: number | null): Sql {
  return sql`CAST(${value} AS bigint)`;
}

/** A text, where PostgreSQL could not tell a parameter's type. */
export function text(value: string | null): Sql {
  return sql`CAST(${value} AS text)`;
}

/**
 * `id ${oneOf(ids, 'text')}`: a list as one parameter. On PostgreSQL an array and not a join, so that it looks each value up
 * by the index, whatever its statistics say, and never scans the table.
 */
export function oneOf(values: readonly (string | number)[], type: 'integer' | 'text'): Sql {
  const before = {
    sqlite: 'IN (SELECT value FROM json_each(',
    postgres: `= ANY(ARRAY(SELECT CAST(value AS ${type}) FROM json_array_elements_text(CAST(`,
  };
  return sql`${before}${JSON.stringify(values)}${{ sqlite: '))', postgres: ' AS json))))' }}`;
}

/**
 * Put before a column, it keeps SQLite from using an index for this condition, so that it uses the other one
 * (sqlite.org/optoverview.html, section 2.1).
 */
export const unindexed: Spelling = { sqlite: '+', postgres: '' };

export function render(statement: Sql, dialect: Dialect): Rendered {
  const into: Writing = { dialect, parameters: [], isFixed: true };
  const text = write(statement, into);
  return { text, parameters: into.parameters, isFixed: into.isFixed };
}

interface Writing {
  readonly dialect: Dialect;
  readonly parameters: SqlParameter[];
  isFixed: boolean;
}

function write(statement: Sql, into: Writing): string {
  if (statement.isVarying === true) into.isFixed = false;
  let written = statement.texts[0] ?? '';
  statement.holes.forEach((hole, index) => {
    written += fill(hole, into) + (statement.texts[index + 1] ?? '');
  });
  return written;
}

function fill(hole: SqlParameter | Sql | Spelling, into: Writing): string {
  const { dialect, parameters } = into;
  if (hole !== null && typeof hole === 'object') {
    return 'texts' in hole ? write(hole, into) : hole[dialect];
  }
  parameters.push(hole);
  return dialect === 'sqlite' ? '?' : `$${String(parameters.length)}`;
}
