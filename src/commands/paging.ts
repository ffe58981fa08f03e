/** Long lists come in pages: ten rows over chat, where a screen is short. The CLI shows everything unless asked for a page. */
import type { CommandAnswer, CommandCall } from '../contract/commands.js';
import { failed } from './answers.js';

const ROWS_A_PAGE = 10;

export type Wanted =
  | { readonly kind: 'read'; readonly words: readonly string[]; readonly page: number | null }
  | { readonly kind: 'bad'; readonly text: string };

/** `… page 2` at the end of a line. `words` without it; `page` null where none was asked for. */
export function pageWanted(words: readonly string[]): Wanted {
  const at = words.findIndex((word) => word.toLowerCase() === 'page');
  if (at === -1) return { kind: 'read', words, page: null };
  const text = words.slice(at + 1).join(' ');
  return /^[1-9]\d{0,4}$/.test(text)
    ? { kind: 'read', words: words.slice(0, at), page: Number(text) }
    : { kind: 'bad', text };
}

/** A whole list, one fact in each row. */
export interface List {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly empty: string;
  /** In the order of `rows`. */
  readonly data: readonly unknown[];
}

/** `line` is what was typed without its page: `pending stg.example.org`. */
export function inPages(
  list: List,
  wish: { readonly call: Pick<CommandCall, 'surface'>; readonly line: string; readonly page: number | null },
): CommandAnswer {
  const isWhole = wish.page === null && wish.call.surface === 'cli';
  const pages = isWhole ? 1 : Math.max(1, Math.ceil(list.rows.length / ROWS_A_PAGE));
  const page = wish.page ?? 1;
  if (page > pages) return noSuchPage(page, pages);
  if (pages === 1) return { kind: 'table', ...list, more: null };
  const slice = [(page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE] as const;
  return {
    kind: 'table',
    ...list,
    title: `${list.title}, page ${String(page)} of ${String(pages)}`,
    rows: list.rows.slice(...slice),
    data: list.data.slice(...slice),
    more: page < pages ? `${wish.line} page ${String(page + 1)}` : null,
  };
}

export function badPage(text: string): CommandAnswer {
  return failed('bad_page', `“${text}” is no page. Write page 2.`);
}

function noSuchPage(page: number, pages: number): CommandAnswer {
  const all = pages === 1 ? 'everything is on one page' : `the last is page ${String(pages)}`;
  return failed('no_such_page', `There is no page ${String(page)}: ${all}.`);
}
