/** The sample site: unfinished work on a public address, as a team would have it. It knows nothing of the gate. */
import express, { type Express } from 'express';

export function sampleSite(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/site.css', (_request, response) => void response.type('css').send(STYLE));
  app.get('/{*path}', (request, response) => void response.send(page(request.path)));
  return app;
}

const PAGES: Readonly<Record<string, { title: string; text: string }>> = {
  '/': { title: 'Aurora', text: 'The new storefront, unfinished: colours, names and copy still change every day.' },
  '/pricing': { title: 'Pricing', text: 'Three plans. The numbers are made up until the launch.' },
  '/about': { title: 'About', text: 'Nobody outside the team should read this page yet.' },
};

function page(path: string): string {
  const { title, text } = PAGES[path] ?? { title: 'Aurora', text: 'This page is not written yet.' };
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow"><title>${title} · staging</title><link rel="stylesheet" href="/site.css"></head>
<body><header><b>Aurora</b><nav><a href="/">Home</a><a href="/pricing">Pricing</a><a href="/about">About</a></nav></header>
<main><p class="tag">staging</p><h1>${title}</h1><p>${text}</p></main></body>
</html>`;
}

const STYLE = `
:root { color-scheme: light dark; font: 18px/1.6 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; background: linear-gradient(160deg, #0b1020, #243b6b 60%, #3f7f8c); color: #f3f6fb; }
header { display: flex; justify-content: space-between; align-items: center; padding: 1rem 1.5rem; }
nav a { color: inherit; margin-left: 1.2rem; text-decoration: none; opacity: .85; }
main { max-width: 34rem; margin: 12vh auto 0; padding: 0 1.5rem; }
h1 { font-size: clamp(2.6rem, 9vw, 4.5rem); line-height: 1.05; margin: .2em 0; }
.tag { display: inline-block; padding: .1rem .7rem; border: 1px solid #ffffff66; border-radius: 1rem; font-size: .8rem; }
`;
