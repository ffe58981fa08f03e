/** Reads a message or a view as a Slack client shows it: what is words, what is structure, where clicks lead. */
import { SLACK_ACTIONS } from '../../cards/slack.js';
import type { SeenMessage } from '../contract/stage.js';

export interface Readable {
  /** Shown where blocks are not: notifications. Read as mrkdwn. */
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** Something that can be pressed or picked, as the person finds it. */
export interface Control {
  readonly actionId: string;
  /** The words on it; of a menu those of the option. */
  readonly label: string;
  readonly value: string | null;
  readonly isOption: boolean;
  /** The question that is asked before it counts. */
  readonly confirms: boolean;
}

interface Reading {
  readonly words: string[];
  readonly links: string[];
  readonly controls: Control[];
}

export function readMessage(message: Readable): SeenMessage {
  const reading: Reading = { words: [], links: [], controls: [] };
  const marks = mrkdwn(message.text, reading);
  const structure = JSON.stringify({ marks, blocks: walk(message.blocks, reading) });
  const buttons = reading.controls.flatMap(({ actionId }) => VERBS[actionId] ?? []);
  return { text: reading.words.join('\n'), links: reading.links, buttons, structure };
}

export function controlsOf(blocks: readonly unknown[]): readonly Control[] {
  const reading: Reading = { words: [], links: [], controls: [] };
  walk(blocks, reading);
  return reading.controls;
}

/** A menu decides, too, but it is a way to approve, not another verb. */
const VERBS: Readonly<Record<string, string>> = {
  [SLACK_ACTIONS.approve]: 'approve',
  [SLACK_ACTIONS.deny]: 'deny',
};

/** The tree without its words. */
function walk(node: unknown, reading: Reading): unknown {
  if (Array.isArray(node)) return node.map((child) => walk(child, reading));
  if (typeof node !== 'object' || node === null) return node;
  const element = node as Readonly<Record<string, unknown>>;
  switch (element['type']) {
    case 'plain_text':
      reading.words.push(String(element['text']));
      return { type: 'plain_text', emoji: element['emoji'] === false ? [] : emojiIn(String(element['text'])) };
    case 'mrkdwn':
      return { type: 'mrkdwn', marks: mrkdwn(String(element['text']), reading) };
    case 'rich_text_section': {
      const elements = element['elements'] as readonly Readonly<Record<string, unknown>>[];
      reading.words.push(elements.map((part) => String(part['text'] ?? part['fallback'])).join(''));
      return elements.map((part) => {
        if (part['type'] === 'link') reading.links.push(String(part['url']));
        return { type: part['type'], style: part['style'] ?? null, isBreak: part['text'] === '\n' };
      });
    }
    case 'button':
    case 'static_select':
      return control(element, reading);
    default:
      return Object.fromEntries(Object.entries(element).map(([key, value]) => [key, walk(value, reading)]));
  }
}

function control(element: Readonly<Record<string, unknown>>, reading: Reading): unknown {
  const actionId = String(element['action_id']);
  if (typeof element['url'] === 'string') reading.links.push(element['url']);
  const shared = { actionId, confirms: element['confirm'] !== undefined };
  if (element['type'] === 'button') {
    const value = typeof element['value'] === 'string' ? element['value'] : null;
    reading.controls.push({ ...shared, label: textOf(element['text']), value, isOption: false });
  }
  const options = (element['options'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  for (const option of options) {
    reading.controls.push({ ...shared, label: textOf(option['text']), value: String(option['value']), isOption: true });
  }
  const { type, style } = element;
  const parts = ['text', 'placeholder', 'confirm', 'options'].map((name) => walk(element[name] ?? null, reading));
  return { type, actionId, style: style ?? null, parts };
}

function textOf(text: unknown): string {
  return String((text as { text?: unknown }).text);
}

/** What Slack makes of mrkdwn: `<url|label>`, mentions, bare links, and its marks at the edge of a word. */
function mrkdwn(text: string, reading: Reading): readonly string[] {
  for (const [, inner = ''] of text.matchAll(/<([^<>]+)>/g)) if (!/^[@#!]/.test(inner)) reading.links.push(inner);
  for (const [link] of text.replace(/<[^<>]+>/g, '').matchAll(/\bhttps?:\/\/\S+/g)) reading.links.push(link);
  reading.words.push(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
  return [...text.matchAll(/<[@#!]?|(?<!\w)[*_~`]+(?=\S)|^>|:[a-z0-9_+-]+:/gm)].map(([mark]) => mark);
}

function emojiIn(text: string): readonly string[] {
  return text.match(/:[a-z0-9_+-]+:/g) ?? [];
}
