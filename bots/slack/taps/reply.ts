/** Answers one person privately, where they tapped or typed, by the `response_url` of that call. */
import type { SlackMessage } from '../../../cards/slack-blocks.js';

const REPLIED_WITHIN_MS = 3_000;

/** Slack's own domains (docs.slack.dev), government clouds included. */
const SLACKS_OWN = /(^|\.)slack(-gov)?\.com$/;

/**
 * Posts the message where only this person sees it; answers whether it was taken. An address that is neither Slack's own
 * nor of the configured API is not called, however well the call that named it was signed.
 */
export async function replyPrivately(responseUrl: string, message: SlackMessage, apiUrl: string): Promise<boolean> {
  if (!isSlacks(responseUrl, apiUrl)) return false;
  try {
    const answer = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
      redirect: 'error',
      signal: AbortSignal.timeout(REPLIED_WITHIN_MS),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false; // the decision stands; only the message about it is lost
  }
}

function isSlacks(text: string, apiUrl: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.origin === new URL(apiUrl).origin) return true;
  return url.protocol === 'https:' && SLACKS_OWN.test(url.hostname);
}
