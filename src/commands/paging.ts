/** Long lists come in pages: ten rows over chat, where a screen is short. The CLI shows everything unless asked for a page. */
import type { Command, CommandAnswer, NextPage } from '../contract/commands.js';
import { failed } from './answers.js';

const ROWS_A_PAGE = 10;

/** A whole list, one fact in each row. */
export interface List {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly empty: string;
  /** In the order of `rows`. */
  readonly data: readonly unknown[];
}

interface Paged extends Command {
  /** Undefined where none was asked for. */
  readonly page: number | undefined;
  readonly surface: string;
}

export function inPages(list: List, { verb, args, page: asked, surface }: Paged): CommandAnswer {
  const isWhole = asked === undefined && surface === 'cli';
  const pages = isWhole ? 1 : Math.max(1, Math.ceil(list.rows.length / ROWS_A_PAGE));
  const page = asked ?? 1;
  if (page > pages) return noSuchPage(page, pages);
  if (pages === 1) return { kind: 'table', ...list, more: null };
  const slice = [(page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE] as const;
  return {
    kind: 'table',
    ...list,
    title: `${list.title}, page ${String(page)} of ${String(pages)}`,
    rows: list.rows.slice(...slice),
    data: list.data.slice(...slice),
    more: page < pages ? nextPage({ verb, args }, String(page + 1)) : null,
  };
}

function nextPage({ verb, args }: Command, page: string): NextPage {
  return { verb, args: { ...args, page }, typed: [verb, ...Object.values(args), 'page', page].join(' ') };
}

export function badPage(text: string): CommandAnswer {
  return failed('bad_page', `“${text}” is no page. Write page 2.`);
}

function noSuchPage(page: number, pages: number): CommandAnswer {
  const all = pages === 1 ? 'everything is on one page' : `the last is page ${String(pages)}`;
  return failed('no_such_page', `There is no page ${String(page)}: ${all}.`);
}
