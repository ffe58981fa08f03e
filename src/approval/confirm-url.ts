/** The confirm link of a request, the same on every card and mail. Opening it decides nothing. */
import type { Token } from './brand.js';
import type { RequestRecord } from './request.js';
import type { Directory } from './site.js';

/** `<confirm endpoint>/<token>`: the site's own endpoint, or the producer's page where its table says so, or ours. */
export function confirmUrl(
  request: RequestRecord,
  token: Token,
  context: { directory: Directory; publicUrl: string },
): string {
  const producer = context.directory.producers.get(request.producer);
  if (producer?.confirm === 'theirs' && request.theirConfirmUrl !== null) return request.theirConfirmUrl;
  const endpoint = context.directory.siteOf(request.host)?.confirmEndpoint ?? `${context.publicUrl}/req`;
  return `${endpoint.replace(/\/+$/, '')}/${token}`;
}
