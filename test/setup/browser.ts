/** A real headless browser: the system's Chromium, or the one that an npm package carries. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

export type BrowserPlace =
  | { readonly kind: 'found'; readonly path: string; readonly args: readonly string[] }
  | { readonly kind: 'none'; readonly why: string };

const SYSTEM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where the browser is. Throws in CI where none is: there, nothing that can run is skipped. */
export async function findBrowser(): Promise<BrowserPlace> {
  const named = [process.env['CHROMIUM_PATH'] ?? '', ...SYSTEM_PATHS].find((path) => path !== '' && existsSync(path));
  if (named !== undefined) return { kind: 'found', path: named, args: QUIET };
  const carried = await carriedBrowser();
  if (carried.kind === 'none' && process.env['CI'] !== undefined) throw new Error(carried.why);
  return carried;
}

export async function launchBrowser(place: Extract<BrowserPlace, { kind: 'found' }>): Promise<Browser> {
  return chromium.launch({ executablePath: place.path, args: [...place.args], headless: true });
}

async function carriedBrowser(): Promise<BrowserPlace> {
  try {
    const { default: carried } = await import('@sparticuz/chromium');
    // Not its own arguments: they are for a machine without processes, where a page that closes takes the browser with it.
    return { kind: 'found', path: await carried.executablePath(), args: QUIET };
  } catch {
    return { kind: 'none', why: 'no browser: set CHROMIUM_PATH, or install chromium' };
  }
}
