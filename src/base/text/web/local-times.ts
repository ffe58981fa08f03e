/**
 * Shows the times of a page in the reader's own time, with UTC beside it. The page says them in UTC in `<time datetime>`,
 * which stays where no script runs. Also those that are put into the page later.
 */

const DONE = 'localTime';
/** `14:30 UTC`, `2026-05-02 14:30 UTC`, `2026-05-02 14:30:05 UTC`. */
const WRITTEN = /^(\d{4}-\d\d-\d\d )?(\d\d:\d\d(:\d\d)?) UTC$/;

interface Written {
  readonly text: string;
  readonly hasDate: boolean;
  readonly hasSeconds: boolean;
}

function written(element: HTMLTimeElement): Written | null {
  const text = element.textContent.trim();
  const found = WRITTEN.exec(text);
  if (found === null) return null;
  return { text, hasDate: found[1] !== undefined, hasSeconds: found[3] !== undefined };
}

/** Digits as the page writes them, whatever the reader's language: `2026-05-02`, `16:30`, and `CEST` or `GMT+2`. */
function partsOf(at: Date, hasSeconds: boolean): { date: string; time: string; zone: string } {
  const format = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    ...(hasSeconds ? { second: '2-digit' } : {}),
    timeZoneName: 'short',
  });
  const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const clock = [found['hour'], found['minute'], ...(hasSeconds ? [found['second']] : [])].join(':');
  const date = [found['year'], found['month'], found['day']].join('-');
  return { date, time: clock, zone: found['timeZoneName'] ?? '' };
}

function localize(element: HTMLTimeElement): void {
  if (element.dataset[DONE] !== undefined) return;
  const said = written(element);
  const at = new Date(element.dateTime);
  if (said === null || Number.isNaN(at.getTime())) return;
  element.dataset[DONE] = '';
  const { date, time, zone } = partsOf(at, said.hasSeconds);
  const utcDate = at.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const isOtherDay = date !== utcDate;
  if (!isOtherDay && said.text.endsWith(`${time} UTC`)) return; // the reader's own time already
  const utc = said.hasDate && !isOtherDay ? said.text.slice(utcDate.length + 1) : said.text;
  const needsDate = said.hasDate || isOtherDay;
  element.replaceChildren(
    span('local', `${needsDate ? `${date} ` : ''}${time} ${zone}`),
    ' ',
    span('utc', `(${!said.hasDate && isOtherDay ? `${utcDate} ` : ''}${utc})`),
  );
}

function span(className: string, text: string): HTMLSpanElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = text;
  return made;
}

function localizeAll(root: ParentNode): void {
  for (const element of root.querySelectorAll('time')) localize(element);
}

localizeAll(document);
new MutationObserver((changes) => {
  for (const { target } of changes) if (target instanceof Element) localizeAll(target);
}).observe(document.documentElement, { childList: true, subtree: true });
