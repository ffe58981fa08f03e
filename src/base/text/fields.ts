/** Fields of values that came from outside, such as parsed JSON, whose types are unknown until checked. */

export type Fields = Readonly<Record<string, unknown>>;

/** An object that is not an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of an object; no fields for anything else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** A text that is not empty and no longer than that; null for anything else. */
export function boundedText(value: unknown, maxCharacters: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= maxCharacters ? value : null;
}
