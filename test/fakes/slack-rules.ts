/**
 * Block Kit as Slack enforces it: shapes, lengths in code points, counts, and what has to be unique
 * (docs.slack.dev/reference/block-kit). Knows the blocks that our cards use, and says no to all others, so that a card
 * which begins to use another one is looked at here first.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Undocumented and measured: over all blocks of a message. */
const MAX_TOTAL_CODE_POINTS = 13_000;
const MAX_VIEW_BYTES = 250_000;

export interface Surface {
  readonly kind: 'message' | 'modal' | 'home';
}

/** What Slack answers, in its own error names, with the place that is to blame. */
export class BlockFault extends Error {
  constructor(
    readonly error: 'invalid_blocks' | 'msg_blocks_too_long' | 'invalid_arguments' | 'view_too_large',
    readonly place: string,
  ) {
    super(`${error}: ${place}`);
  }
}

/** Throws a `BlockFault`. */
export function checkBlocks(blocks: unknown, surface: Surface): void {
  const maxBlocks = surface.kind === 'message' ? 50 : 100;
  const list = array(blocks, 'blocks', { min: 1, max: maxBlocks });
  list.forEach((block, index) => {
    checkBlock(block, `blocks[${String(index)}]`, surface);
  });
  const ids = list.map((block) => (block as Fields)['block_id']).filter((id) => id !== undefined);
  if (new Set(ids).size !== ids.length) fault('blocks: block_id twice');
  if (surface.kind === 'message' && codePointsIn(blocks) > MAX_TOTAL_CODE_POINTS) {
    throw new BlockFault('msg_blocks_too_long', 'blocks');
  }
}

/** Throws a `BlockFault`. */
export function checkView(view: unknown): void {
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_VIEW_BYTES) throw new BlockFault('view_too_large', 'view');
  const fields = object(view, 'view');
  const { type } = fields;
  if (type !== 'modal' && type !== 'home') fault('view.type');
  only(fields, 'view', ['type', 'title', 'submit', 'close', 'blocks', 'private_metadata', 'callback_id']);
  if (fields['private_metadata'] !== undefined) string(fields['private_metadata'], 'view.private_metadata', 3_000);
  if (fields['callback_id'] !== undefined) string(fields['callback_id'], 'view.callback_id', 255);
  checkBlocks(fields['blocks'], { kind: type });
  if (type === 'home') {
    if (fields['title'] !== undefined || fields['submit'] !== undefined) fault('view.title');
    return;
  }
  plainText(fields['title'], 'view.title', 24);
  if (fields['close'] !== undefined) plainText(fields['close'], 'view.close', 24);
  const hasInput = (fields['blocks'] as readonly Fields[]).some((block) => block['type'] === 'input');
  if (hasInput || fields['submit'] !== undefined) plainText(fields['submit'], 'view.submit', 24);
}

function checkBlock(block: unknown, place: string, surface: Surface): void {
  const fields = object(block, place);
  if (fields['block_id'] !== undefined) string(fields['block_id'], `${place}.block_id`, 255);
  switch (fields['type']) {
    case 'header':
      only(fields, place, ['type', 'block_id', 'text']);
      return plainText(fields['text'], `${place}.text`, 150);
    case 'divider':
      return only(fields, place, ['type', 'block_id']);
    case 'section':
      only(fields, place, ['type', 'block_id', 'text', 'fields', 'accessory']);
      plainText(fields['text'], `${place}.text`, 3_000);
      if (fields['fields'] !== undefined)
        array(fields['fields'], `${place}.fields`, { min: 1, max: 10 }).forEach((field) => {
          dates(field, `${place}.fields`, 2_000);
        });
      if (fields['accessory'] !== undefined) button(object(fields['accessory'], place), `${place}.accessory`);
      return;
    case 'context':
      only(fields, place, ['type', 'block_id', 'elements']);
      return array(fields['elements'], `${place}.elements`, { min: 1, max: 10 }).forEach((element, index) => {
        const at = `${place}.elements[${String(index)}]`;
        if (object(element, at)['type'] === 'mrkdwn') dates(element, at, 3_000);
        else plainText(element, at, 3_000);
      });
    case 'actions':
      only(fields, place, ['type', 'block_id', 'elements']);
      return actions(array(fields['elements'], `${place}.elements`, { min: 1, max: 25 }), place);
    case 'rich_text':
      only(fields, place, ['type', 'block_id', 'elements']);
      return richText(fields['elements'], `${place}.elements`);
    case 'input':
      if (surface.kind !== 'modal') fault(`${place}: input outside a form`);
      return input(fields, place);
    default:
      fault(`${place}.type`);
  }
}

function actions(elements: readonly unknown[], place: string): void {
  const ids = elements.map((element, index) => {
    const at = `${place}.elements[${String(index)}]`;
    const fields = object(element, at);
    if (fields['type'] === 'button') button(fields, at);
    else if (fields['type'] === 'static_select') staticSelect(fields, at);
    else fault(`${at}.type`);
    return fields['action_id'];
  });
  if (new Set(ids).size !== ids.length) fault(`${place}: action_id twice`);
}

function button(fields: Fields, place: string): void {
  only(fields, place, ['type', 'action_id', 'text', 'value', 'url', 'style', 'confirm']);
  if (fields['type'] !== 'button') fault(`${place}.type`);
  string(fields['action_id'], `${place}.action_id`, 255);
  plainText(fields['text'], `${place}.text`, 75);
  if (fields['value'] !== undefined) string(fields['value'], `${place}.value`, 2_000);
  if (fields['url'] !== undefined) url(fields['url'], `${place}.url`);
  if (fields['style'] !== undefined && !['primary', 'danger'].includes(fields['style'] as string))
    fault(`${place}.style`);
  if (fields['confirm'] === undefined) return;
  const confirm = object(fields['confirm'], `${place}.confirm`);
  only(confirm, `${place}.confirm`, ['title', 'text', 'confirm', 'deny', 'style']);
  plainText(confirm['title'], `${place}.confirm.title`, 100);
  plainText(confirm['text'], `${place}.confirm.text`, 300);
  plainText(confirm['confirm'], `${place}.confirm.confirm`, 30);
  plainText(confirm['deny'], `${place}.confirm.deny`, 30);
}

function staticSelect(fields: Fields, place: string): void {
  only(fields, place, ['type', 'action_id', 'placeholder', 'options']);
  string(fields['action_id'], `${place}.action_id`, 255);
  plainText(fields['placeholder'], `${place}.placeholder`, 150);
  options(fields['options'], `${place}.options`, 100);
}

function options(value: unknown, place: string, max: number): void {
  array(value, place, { min: 1, max }).forEach((option, index) => {
    const at = `${place}[${String(index)}]`;
    const fields = object(option, at);
    only(fields, at, ['text', 'value']);
    plainText(fields['text'], `${at}.text`, 75);
    string(fields['value'], `${at}.value`, 150);
  });
}

function input(fields: Fields, place: string): void {
  only(fields, place, ['type', 'block_id', 'label', 'hint', 'optional', 'element']);
  plainText(fields['label'], `${place}.label`, 2_000);
  if (fields['hint'] !== undefined) plainText(fields['hint'], `${place}.hint`, 2_000);
  const element = object(fields['element'], `${place}.element`);
  string(element['action_id'], `${place}.element.action_id`, 255);
  if (element['type'] === 'plain_text_input') {
    only(element, place, ['type', 'action_id', 'multiline', 'max_length']);
    const max = element['max_length'];
    if (typeof max !== 'number' || max < 1 || max > 3_000) fault(`${place}.element.max_length`);
    return;
  }
  if (element['type'] !== 'checkboxes') fault(`${place}.element.type`);
  only(element, place, ['type', 'action_id', 'options']);
  options(element['options'], `${place}.element.options`, 10);
}

function richText(value: unknown, place: string): void {
  array(value, place, { min: 1, max: 100 }).forEach((element, index) => {
    const at = `${place}[${String(index)}]`;
    const fields = object(element, at);
    if (fields['type'] === 'rich_text_section') return richSection(fields, at);
    if (fields['type'] !== 'rich_text_list') fault(`${at}.type`);
    only(fields, at, ['type', 'style', 'elements']);
    array(fields['elements'], `${at}.elements`, { min: 1, max: 100 }).forEach((item) => {
      richSection(object(item, at), at);
    });
  });
}

function richSection(fields: Fields, place: string): void {
  only(fields, place, ['type', 'elements']);
  if (fields['type'] !== 'rich_text_section') fault(`${place}.type`);
  array(fields['elements'], `${place}.elements`, { min: 1, max: 500 }).forEach((element) => {
    const text = object(element, place);
    if (text['type'] === 'date') return richDate(text, place);
    only(text, place, ['type', 'text', 'style']);
    if (text['type'] !== 'text') fault(`${place}.type`);
    string(text['text'], `${place}.text`, 3_000);
  });
}

/** docs.slack.dev, “Rich text block”: a date needs its time in seconds and a format with at least one token. */
function richDate(fields: Fields, place: string): void {
  only(fields, place, ['type', 'timestamp', 'format', 'fallback']);
  if (!isUnixSeconds(fields['timestamp'])) fault(`${place}.timestamp`);
  if (!/\{(date|time|ago)\w*\}/.test(String(fields['format']))) fault(`${place}.format`);
  string(fields['fallback'], `${place}.fallback`, 300);
}

/** Markup of ours: words without a mark, and well-formed dates (docs.slack.dev, “Formatting message text”). */
function dates(value: unknown, place: string, max: number): void {
  const fields = object(value, place);
  only(fields, place, ['type', 'text']);
  string(fields['text'], `${place}.text`, max);
  const rest = String(fields['text']).replace(
    /<!date\^(\d+)\^[^<>|^]*\{(?:date|time)\w*\}[^<>|^]*\|[^<>|]+>/g,
    (_all, at) => {
      if (!isUnixSeconds(Number(at))) fault(`${place}.text: no time in seconds`);
      return '';
    },
  );
  if (fields['type'] !== 'mrkdwn' || /[<>&*_~`]|:\w+:/.test(rest)) fault(`${place}.text`);
}

/** Before 2286: milliseconds are far beyond it. */
function isUnixSeconds(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1e10;
}

function plainText(value: unknown, place: string, max: number): void {
  const fields = object(value, place);
  only(fields, place, ['type', 'text', 'emoji']);
  if (fields['type'] !== 'plain_text') fault(`${place}.type`);
  string(fields['text'], `${place}.text`, max);
}

function url(value: unknown, place: string): void {
  string(value, place, 3_000);
  if (!URL.canParse(value as string) || !/^https?:/.test(value as string)) fault(place);
}

function string(value: unknown, place: string, max: number): void {
  if (typeof value !== 'string') fault(place);
  const length = Array.from(value).length;
  if (length < 1 || length > max) fault(`${place}: ${String(length)} code points`);
  // Half a character is none: Slack's JSON has to be UTF-8.
  if (Buffer.from(value).toString() !== value) fault(`${place}: no Unicode`);
}

function array(value: unknown, place: string, { min, max }: { min: number; max: number }): readonly unknown[] {
  if (!Array.isArray(value) || value.length < min || value.length > max) fault(place);
  return value as readonly unknown[];
}

function object(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fault(place);
  return value as Fields;
}

function only(fields: Fields, place: string, names: readonly string[]): void {
  const other = Object.keys(fields).find((name) => !names.includes(name));
  if (other !== undefined) fault(`${place}.${other}`);
}

function codePointsIn(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, child) => sum + codePointsIn(child), 0);
  if (typeof node !== 'object' || node === null) return 0;
  const fields = node as Fields;
  const own = typeof fields['text'] === 'string' ? Array.from(fields['text']).length : 0;
  return own + Object.values(fields).reduce<number>((sum, child) => sum + codePointsIn(child), 0);
}

function fault(place: string): never {
  throw new BlockFault('invalid_blocks', place);
}
