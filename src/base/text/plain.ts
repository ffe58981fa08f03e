/** Makes outside text harmless on a terminal: a visitor's path must not move the cursor, change colours or reverse the line. */

const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
/** Characters that JSON may contain unescaped and that a terminal would act on. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu;

/** Control characters in the form a person can read: `\x1b`, `\u202e`. */
export function plain(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same on one line, for a file of such lines. */
export function plainJsonLine(value: unknown): string {
  return escaped(JSON.stringify(value));
}

/** JSON for people and machines: the same value, without characters that a terminal would act on. */
export function plainJson(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2));
}

function escaped(json: string): string {
  return json.replace(UNSAFE_IN_JSON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
