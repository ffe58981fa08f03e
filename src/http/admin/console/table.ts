/** Tables of the console. */
import { fit } from '../../../base/text/fit.js';
import { html, type Html } from '../../../base/text/html.js';

const MAX_CELL_CODE_POINTS = 160;

/** A text of others, cut so that no row is a page. */
export function cell(text: string): string {
  return fit(text, MAX_CELL_CODE_POINTS);
}

/** On a phone each row is a card, in which every cell has its head beside it. `isNarrow`: fits half a window, and is never moved sideways. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
  { empty, isNarrow = false }: { readonly empty: string; readonly isNarrow?: boolean },
): Html {
  if (rows.length === 0) return html`<p>${empty}</p>`;
  return html`<div class="scroll"${!isNarrow && html` tabindex="0"`}>
    <table${isNarrow && html` class="narrow"`}>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((value, at) => tableCell(heads[at] ?? '', value))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** One that is empty takes no line of a card. */
function tableCell(head: string, value: Html | string): Html {
  return value === '' ? html`<td></td>` : html`<td data-label="${head}"><span>${value}</span></td>`;
}
