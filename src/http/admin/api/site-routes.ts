/** `GET /v1/sites/<host>` (src/contract/admin.ts): what applies to a site, for operators alone. */
import type { Express, RequestHandler } from 'express';
import type { SiteView } from '../../../contract/admin.js';
import { refusal, send } from '../../shared/reply.js';

/** By any name of the site. */
export type ShowSite = (
  host: string,
) => Promise<SiteView | { readonly kind: 'unknown_site'; readonly nearest: string | null }>;

export function routeSites(app: Express, showSite: ShowSite, guard: RequestHandler): void {
  app.get('/v1/sites/:host', guard, async (request, response) => {
    const host = String(request.params['host']).slice(0, 255);
    const shown = await showSite(host);
    if (!('kind' in shown)) return send(response, { status: 200, body: shown });
    const guess = shown.nearest === null ? '' : ` Did you mean ${shown.nearest}?`;
    send(response, refusal(404, shown.kind, `${host} is no site of sites.toml.${guess}`));
  });
}
