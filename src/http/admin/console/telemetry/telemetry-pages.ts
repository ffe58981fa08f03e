/** `/telemetry`: what happened over the last hour to the last 90 days, as plots with a table beside each. For operators. */
import type { Express, RequestHandler } from 'express';
import type { Clock } from '../../../../base/time/clock.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { TelemetryLedger } from '../../../../contract/ledger.js';
import type { Span } from '../../../../telemetry/span.js';
import { spanOf } from '../../../../telemetry/span.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { cardsPage, consoleMessage, type ConsolePage } from '../console-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { table } from '../table.js';
import { chart, type Line } from './chart.js';
import { countInWords, roundCount, roundSeconds, secondsInWords } from './figures.js';
import { PLOTS, stepsOf, totalOf, type Plot } from './plots.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Of a plot: seven percentiles of a hundred steps are fewer. */
const MAX_ROWS = 20_000;

interface Range {
  readonly id: string;
  readonly words: string;
  readonly lengthMs: number;
  readonly stepMs: number;
  readonly step: string;
}

/** About thirty steps each, so that a table is no longer than a page. */
const RANGES: readonly Range[] = [
  { id: '1h', words: '1 hour', lengthMs: HOUR_MS, stepMs: 2 * MINUTE_MS, step: '2m' },
  { id: '6h', words: '6 hours', lengthMs: 6 * HOUR_MS, stepMs: 15 * MINUTE_MS, step: '15m' },
  { id: '24h', words: '24 hours', lengthMs: DAY_MS, stepMs: HOUR_MS, step: '1h' },
  { id: '7d', words: '7 days', lengthMs: 7 * DAY_MS, stepMs: 6 * HOUR_MS, step: '6h' },
  { id: '30d', words: '30 days', lengthMs: 30 * DAY_MS, stepMs: DAY_MS, step: '1d' },
  { id: '90d', words: '90 days', lengthMs: 90 * DAY_MS, stepMs: 3 * DAY_MS, step: '3d' },
];
const FIRST_RANGE = '24h';

export interface TelemetryPageDeps extends ShowDeps {
  readonly ledger: { readonly telemetry: Pick<TelemetryLedger, 'read'> };
  readonly clock: Pick<Clock, 'nowMs'>;
}

export function routeTelemetryPages(app: Express, deps: TelemetryPageDeps, guard: RequestHandler): void {
  const { ledger, clock } = deps;
  app.get(
    '/telemetry',
    guard,
    shows(deps, async ({ query }) => {
      const wanted = query['range'] ?? FIRST_RANGE;
      const range = RANGES.find(({ id }) => id === wanted);
      if (range === undefined) return unknownRange();
      const nowMs = clock.nowMs();
      const span = spanOf({ fromMs: nowMs - range.lengthMs, toMs: nowMs, stepMs: range.stepMs }, nowMs);
      if (!('stepMs' in span)) throw new Error('every range of the page can be read');
      const drawn = await Promise.all(PLOTS.map((plot) => figure(plot, { range, span, telemetry: ledger.telemetry })));
      return cardsPage('Telemetry', html`${ranges(range)}${drawn}`);
    }),
  );
}

function unknownRange(): ConsolePage {
  const known = RANGES.map(({ id }) => id).join(', ');
  return consoleMessage(
    400,
    'No such range',
    html`<p>There is ${known}.</p>
      <p><a class="button" href="/telemetry">To the telemetry</a></p>`,
  );
}

function ranges({ id: current }: Range): Html {
  const link = ({ id, words }: Range): Html =>
    html`<a href="/telemetry?range=${id}" ${id === current && html` aria-current="page"`}>${words}</a>`;
  return html`<nav class="ranges" aria-label="Range">${RANGES.map(link)}</nav>`;
}

interface Drawing {
  readonly range: Range;
  readonly span: Span;
  readonly telemetry: Pick<TelemetryLedger, 'read'>;
}

async function figure(plot: Plot, { range, span, telemetry }: Drawing): Promise<Html> {
  const rows = await telemetry.read({ ...span, name: plot.metric, limit: MAX_ROWS });
  const lines = plot.lines(rows, span);
  const heading = `${plot.id}-heading`;
  const csv = `/api/telemetry?metric=${plot.metric}&from=${range.id}&step=${range.step}&format=csv`;
  return html`<section class="card plot" aria-labelledby="${heading}">
    <div>
      <h2 id="${heading}">${plot.title}</h2>
      <p class="aside">${plot.about} <a href="${csv}">CSV</a></p>
      ${lines.length === 0 ? html`<p>Nothing was counted in this time.</p>` : drawing(plot, lines, span)}
    </div>
    ${lines.length > 0 && figures(plot, lines, span)}
  </section>`;
}

function drawing(plot: Plot, lines: readonly Line[], span: Span): Html {
  const [inWords, roundTop] = plot.isTime ? [secondsInWords, roundSeconds] : [countInWords, roundCount];
  const label = `${plot.title}: ${lines.map((line) => summary(plot, line)).join(', ')}. The table has the figures.`;
  return html`${chart({ kind: plot.kind, lines, label, inWords, roundTop })}
    <p class="times">${timeElement(span.fromMs)} ${timeElement(span.toMs - span.stepMs)}</p>
    <ul class="legend">
      ${lines.map(({ name, look }) => html`<li><span class="swatch ${look}" aria-hidden="true"></span>${name}</li>`)}
    </ul>`;
}

/** Of counts their sum, of all else the most. */
function summary(plot: Plot, line: Line): string {
  if (plot.kind === 'bars') return `${line.name} ${countInWords(totalOf(line))}`;
  const most = Math.max(...line.values.map((value) => value ?? 0));
  return `${line.name} at most ${plot.isTime ? secondsInWords(most) : countInWords(most)}`;
}

/** The newest step first. */
function figures(plot: Plot, lines: readonly Line[], span: Span): Html {
  const inWords = (value: number | null): string => {
    if (value === null) return plot.kind === 'bars' ? '0' : '–';
    return plot.isTime ? secondsInWords(value) : countInWords(value);
  };
  const rows = stepsOf(span).map((atMs, step) => [
    timeElement(atMs),
    ...lines.map(({ values }) => inWords(values[step] ?? null)),
  ]);
  return html`<div class="figures" role="region" aria-label="Figures of ${plot.title}" tabindex="0">
    ${table(['From', ...lines.map(({ name }) => name)], rows.reverse(), { empty: '', isNarrow: true })}
  </div>`;
}
