/** Reads a card as a client with a markdown processor shows it: what is words, what is structure, where clicks lead. */
import { createRequire } from 'node:module';
import type * as Sdk from 'adaptivecards';
import type { SeenMessage } from '../contract/stage.js';

/** The package's ESM cannot be imported by Node; its bundle can be required. */
const { AdaptiveCard, SerializationContext } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as typeof Sdk;

interface Reading {
  readonly words: string[];
  readonly links: string[];
  readonly buttons: string[];
}

/** Throws when the renderer that the inbox uses finds a fault with the card. */
export function readCard(json: string): SeenMessage {
  const plain: unknown = JSON.parse(json);
  const context = new SerializationContext();
  new AdaptiveCard().parse(plain, context);
  if (context.eventCount > 0) throw new Error(`the renderer complains: ${context.getEventAt(0).message}`);
  const reading: Reading = { words: [], links: [], buttons: [] };
  const structure = JSON.stringify(walk(plain, reading));
  return { text: reading.words.join('\n'), links: reading.links, buttons: reading.buttons, structure };
}

/** A shorter approval is Approve once more, and to revoke decides no request. */
function decides({ verb, data }: Readonly<Record<string, unknown>>): boolean {
  const isShorter = typeof data === 'object' && data !== null && 'ttl_seconds' in data;
  return verb === 'deny' || (verb === 'approve' && !isShorter);
}

/** The tree without its words; values that are no words stay. */
function walk(node: unknown, reading: Reading): unknown {
  if (Array.isArray(node)) return node.map((child) => walk(child, reading));
  if (typeof node !== 'object' || node === null) return node;
  const element = node as Record<string, unknown>;
  const type = String(element['type']);
  if (type === 'TextRun') reading.words.push(String(element['text']));
  if (type === 'Action.OpenUrl') reading.links.push(String(element['url']));
  if (type === 'Action.Execute' && decides(element)) reading.buttons.push(String(element['verb']));
  return Object.fromEntries(
    Object.entries(element).map(([key, value]) => {
      if (key === 'text' && type === 'TextRun') return [key, 'words'];
      if (key === 'text' || (key === 'value' && typeof value === 'string'))
        return [key, markdown(String(value), reading)];
      if (key === 'data' || key === 'url') return [key, 'identity'];
      return [key, walk(value, reading)];
    }),
  );
}

/** Commonmark's inline and block marks that a client acts on; what is left of the text is words. */
function markdown(text: string, reading: Reading): readonly string[] {
  reading.words.push(text);
  for (const link of text.matchAll(/\[[^\]]*\]\(([^)\s]+)[^)]*\)|<(https?:[^>]+)>|\b(https?:\/\/\S+)/g)) {
    reading.links.push(link[1] ?? link[2] ?? link[3] ?? '');
  }
  return [...text.matchAll(/\*{1,2}|_{1,2}|`+|!?\[|\]\(|^#{1,6} |^> |^[-*+] |^\d+\. |<[a-z/]/gim)].map(
    ([mark]) => mark,
  );
}
