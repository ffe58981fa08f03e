/** What one person alone is told after a command, the same in every chat: which lines, which rows, and what follows. Pure. */

/** A command's answer; the `CommandAnswer` of the commands' port has this shape. */
export type AnswerToDraw =
  | { readonly kind: 'text'; readonly isOk: boolean; readonly lines: readonly string[] }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly more: { readonly typed: string } | null;
      readonly empty: string;
    };

export const MAX_LINE_CODE_POINTS = 300;
export const MAX_CELL_CODE_POINTS = 160;

/** A phone has no room for columns: a row is its first cell, and every other that is not empty after its column's name. */
export interface Row {
  readonly first: string;
  readonly others: readonly { readonly column: string; readonly cell: string }[];
}

type ShownAnswer =
  | { readonly kind: 'lines'; readonly isOk: boolean; readonly lines: readonly string[] }
  | {
      readonly kind: 'rows';
      readonly title: string;
      readonly rows: readonly Row[];
      /** How the next page is typed: `/gate pending page 2`. Null where all is shown. */
      readonly more: string | null;
    };

export function shownAnswer(answer: AnswerToDraw): ShownAnswer {
  if (answer.kind === 'text') return { kind: 'lines', isOk: answer.isOk, lines: answer.lines };
  const { title, columns, rows, more, empty } = answer;
  if (rows.length === 0) return { kind: 'lines', isOk: true, lines: [empty] };
  return {
    kind: 'rows',
    title,
    rows: rows.map((row) => rowOf(row, columns)),
    more: more === null ? null : `/gate ${more.typed}`,
  };
}

function rowOf([first = '', ...others]: readonly string[], columns: readonly string[]): Row {
  const named = others.map((cell, index) => ({ column: columns[index + 1] ?? '', cell }));
  return { first, others: named.filter(({ cell }) => cell !== '') };
}

/** As many as there is room for, each with what it takes of the room. */
export function asManyAsFit<T>(items: readonly T[], room: number, sizeOf: (item: T) => number): readonly T[] {
  let taken = 0;
  return items.filter((item) => (taken += sizeOf(item)) <= room);
}
