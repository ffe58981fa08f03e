/** What came from outside, read field by field: JSON is anything until it was looked at. */

export type Fields = Readonly<Record<string, unknown>>;

/** An object, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of an object; of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
