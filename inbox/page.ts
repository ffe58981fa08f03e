/** The two pages of the embedded Talk: the inbox, and what somebody sees who is not signed in. No inline script or style. */

/** Scripts and styles of our own, live calls to ourselves, and no frame around us. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function inboxPage(view: {
  readonly base: string;
  readonly subject: string;
  readonly csrfToken: string;
}): string {
  const base = escape(view.base);
  return frame(
    base,
    `<meta name="csrf-token" content="${escape(view.csrfToken)}">
<meta name="talk-base" content="${base}">
<script src="${base}/assets/local-times.js" type="module"></script>
<script src="${base}/assets/adaptivecards.min.js" defer></script>
<script src="${base}/assets/inbox.js" type="module"></script>`,
    `<header class="bar">
  <span class="avatar" aria-hidden="true">K</span>
  <div class="who"><h1>Koder Gate</h1><p>Talk inbox of ${escape(view.subject)}</p></div>
  <p id="connection" class="connection" role="status" data-state="none"></p>
</header>
<noscript><p class="empty">The inbox needs JavaScript, so it is not connected and shows nothing. Requests can be decided without it on <a href="/">the list of pending requests</a>.</p></noscript>
<main id="thread" class="thread" role="log" aria-live="polite" aria-label="Messages" tabindex="0">
  <p id="empty" class="empty" hidden>Nothing here yet. When a visitor asks for access, the request appears by itself.</p>
</main>
<form id="composer" class="composer" autocomplete="off" hidden>
  <label class="hidden" for="line">Write to Koder Gate</label>
  <input id="line" name="line" type="text" maxlength="500" placeholder="/gate pending" enterkeyhint="send" autocapitalize="off" spellcheck="false">
  <button type="submit">Send</button>
</form>`,
  );
}

export function signInPage(view: { readonly base: string }): string {
  const base = escape(view.base);
  return frame(
    base,
    '',
    `<main class="notice">
  <span class="avatar" aria-hidden="true">K</span>
  <h1>You are not signed in</h1>
  <p>This is the Talk inbox of Koder Gate’s approvers.</p>
  <p><a class="again" href="/sign-in">Sign in</a></p>
  <p>You come back here.</p>
</main>`,
  );
}

function frame(base: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>Koder Gate · Talk</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/assets/inbox.css">
${head}
</head>
<body>
${body}
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
