/** One POST to our own server, with the page's CSRF token. Answers in words, whatever happened. */

export interface Said {
  readonly isOk: boolean;
  readonly text: string;
}

/** Longer than the server gives the bot (3 s), so that its own words arrive. */
const PATIENCE_MS = 6_000;

export const base = metaOf('talk-base');

export async function post(path: '/actions' | '/lines', body: unknown): Promise<Said> {
  try {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': metaOf('csrf-token') },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const said: unknown = await response.json();
    if (isSaid(said)) return said;
  } catch {
    // no network, no answer in time, or no JSON: the sentence below is all there is to say
  }
  return { isOk: false, text: 'Koder Gate was not reached. Tap again: a decision counts once.' };
}

function isSaid(value: unknown): value is Said {
  return (
    typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string' && 'isOk' in value
  );
}

function metaOf(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}
