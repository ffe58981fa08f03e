/** What the mailbox's pages load: a style sheet, a script for the list, and the one that shows times in the reader's own time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_TIMES_FOLDER, packageRoot } from '../../src/base/process/package-root.js';

export const STYLES = `
:root { color-scheme: light dark; --ink: #14202b; --quiet: #5b6875; --line: #dde3e8; --page: #f3f5f7; --card: #fff; --link: #0b5cd5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f5f7; --quiet: #a3b0bc; --line: #2e3741; --page: #101418; --card: #1a2027; --link: #8ab8ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 16px 12px 48px; }
h1 { font-size: 22px; line-height: 28px; margin: 8px 0 4px; overflow-wrap: anywhere; }
p { margin: 0 0 12px; color: var(--quiet); }
a { color: var(--link); }
.box { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.list { list-style: none; margin: 12px 0 0; padding: 0; }
.list li + li { border-top: 1px solid var(--line); }
.list a { display: block; min-height: 44px; padding: 10px 16px; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
.list a:hover, .list a:focus-visible { background: var(--page); }
.list strong { display: block; }
.list a:focus-visible { outline: 3px solid var(--link); outline-offset: -3px; }
.list span { color: var(--quiet); font-size: 14px; }
.list time span { white-space: nowrap; }
.back { display: inline-flex; align-items: center; min-height: 44px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 6px 16px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { width: 152px; overflow-wrap: normal; font-weight: 400; color: var(--quiet); }
h2 { margin: 20px 0 8px; font-size: 15px; color: var(--quiet); font-weight: 600; }
iframe { display: block; width: 100%; height: 620px; border: 0; background: var(--card); }
pre { margin: 0; padding: 16px; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/20px ui-monospace, monospace; }
.empty { padding: 24px 16px; }
`;

/** A list loads itself anew with each mail. */
export const SCRIPT = `
const stream = new EventSource(document.currentScript.dataset.events);
stream.onmessage = () => location.reload();
addEventListener('pagehide', () => stream.close());
`;

/** As the build left it. */
export function localTimes(): Buffer {
  return readFileSync(join(packageRoot(), LOCAL_TIMES_FOLDER, 'local-times.js'));
}
