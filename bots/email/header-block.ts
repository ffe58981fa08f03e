/** Fields as mails and reports have them (RFC 5322, 2.2; RFC 3464, 2.1): `Name: value`, long ones folded. */

/** By lower-case name. Where a field appears twice, the first counts. */
export type Fields = ReadonlyMap<string, string>;

/** Reads up to the first empty line. Lines that are no fields are skipped. */
export function readFields(text: string): Fields {
  return fieldsOf(blocksOf(text)[0] ?? []);
}

/** Groups of fields, parted by empty lines: a delivery status has one of the mail and one a recipient. */
export function readGroups(text: string): readonly Fields[] {
  return blocksOf(text)
    .map(fieldsOf)
    .filter((fields) => fields.size > 0);
}

function blocksOf(text: string): readonly (readonly string[])[] {
  const blocks: string[][] = [[]];
  for (const line of text.split(/\r?\n/)) {
    const last = blocks.at(-1) ?? [];
    if (line !== '') last.push(line);
    else if (last.length > 0) blocks.push([]);
  }
  return blocks;
}

function fieldsOf(lines: readonly string[]): Fields {
  const fields = new Map<string, string>();
  let current: string | null = null;
  for (const line of lines) {
    const isFolded = line.startsWith(' ') || line.startsWith('\t');
    if (isFolded && current !== null) fields.set(current, `${fields.get(current) ?? ''} ${line.trim()}`);
    if (isFolded) continue;
    const colon = line.indexOf(':');
    const name = colon > 0 ? line.slice(0, colon).trim().toLowerCase() : '';
    current = name !== '' && !fields.has(name) ? name : null;
    if (current !== null) fields.set(current, line.slice(colon + 1).trim());
  }
  return fields;
}
