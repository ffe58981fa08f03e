/** A QR code as one path of an inline SVG, which the pages' policy allows where it forbids images from data. */
import { html, type Html } from '../../../base/text/html.js';

/** Light around it, in modules (ISO/IEC 18004). */
const QUIET = 4;

export async function qrCode(text: string, label: string): Promise<Html> {
  const { encode } = await import('uqr');
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const side = String(size + 2 * QUIET);
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="${label}">
    <path d="${pathOf(data)}" />
  </svg>`;
}

/** Dark modules that stand side by side are one rectangle. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  let path = '';
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      const begin = x;
      while (row[x] === true) x += 1;
      if (x > begin)
        path += `M${String(begin + QUIET)} ${String(y + QUIET)}h${String(x - begin)}v1H${String(begin + QUIET)}z`;
    }
  });
  return path;
}
