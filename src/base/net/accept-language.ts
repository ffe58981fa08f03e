/** The languages that a browser asks for, by RFC 9110, 12.5.4, as tags of BCP 47. It is read to be passed on: what is odd is nothing. */

const MAX_HEADER_CHARACTERS = 256;
const MAX_TAG_CHARACTERS = 35;
const LANGUAGES_PASSED_ON = 3;
/** A tag, or any language, and how much it is wanted. */
const PART = /^(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$/;

/** The most wanted first, at most three. None where one part of the header is wrong. */
export function languagesOf(header: string | undefined): readonly string[] {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return [];
  const parts = header.split(',').map((part) => PART.exec(part.replace(/^[ \t]+|[ \t]+$/g, '')));
  if (parts.includes(null)) return [];
  const wanted = parts
    .map((part) => ({ tag: part?.[1] ?? '', weight: Number(part?.[2] ?? 1) }))
    .filter(({ tag, weight }) => tag !== '*' && tag.length <= MAX_TAG_CHARACTERS && weight > 0)
    .sort((one, other) => other.weight - one.weight);
  return [...new Set(wanted.map(({ tag }) => tag))].slice(0, LANGUAGES_PASSED_ON);
}
