/** Sites for operators in a browser: the policy as it applies to each, and the drill that sends a test card on every channel. */
import type { Express, Request, RequestHandler } from 'express';
import { durationInWords } from '../../../../approval/duration.js';
import type { Random } from '../../../../base/crypto/random.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { SiteChannelView, SiteView } from '../../../../contract/admin.js';
import type { CommandAnswer, Commands } from '../../../../contract/commands.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import { onlyOne } from '../../../shared/query.js';
import { fact } from '../../../shared/pages/fact.js';
import { foreignFormPage } from '../../../shared/pages/message-page.js';
import { actorOf, callerOf } from '../../access/guard.js';
import type { ShowSite } from '../../api/site-routes.js';
import { cardsPage, consoleMessage, consolePage, type ConsolePage } from '../console-page.js';
import { operatorOf, operatorsForm } from '../own-form.js';
import { shows, type ShowDeps } from '../shows.js';
import { cell, table } from '../table.js';

export interface SitePageDeps extends ShowDeps {
  readonly showSite: ShowSite;
  /** One name of each. */
  readonly siteNames: () => readonly string[];
  readonly commands: Commands;
  readonly adminUrl: string;
  readonly random: Pick<Random, 'hex'>;
}

const SITES = '/sites';
const SHOW = `${SITES}/show`;
const DRILL = `${SITES}/drill`;
const TAP_BYTES = 16;

export function routeSitePages(app: Express, deps: SitePageDeps, guard: RequestHandler): void {
  app.get(
    SITES,
    guard,
    shows(deps, (request) => list(deps, request)),
  );
  app.get(
    SHOW,
    guard,
    shows(deps, (request) => show(deps, request)),
  );
  app.post(
    DRILL,
    shows(deps, (request) => drill(deps, request)),
  );
}

async function list({ showSite, siteNames }: SitePageDeps, request: Request): Promise<ConsolePage> {
  const shown = await Promise.all(siteNames().map((name) => showSite(name)));
  const sites = shown.flatMap((site) => ('kind' in site ? [] : [site]));
  const heads = ['Site', 'Environment', 'Approvers', 'Channels', 'Passes for', 'Answer within'];
  const session = operatorOf(request);
  return cardsPage(
    'Sites',
    html`<section class="card">
        ${table(heads, sites.map(rowOf), { empty: 'sites.toml has no site yet.' })}
        <p class="hint">
          They are declared in <code>sites.toml</code>: change it there, and take it over with <code>gate reload</code>.
        </p>
      </section>
      ${session !== null && drillCard(session)}`,
  );
}

function rowOf({ site, environment, isGated, approvers, channels, ...rest }: SiteView): readonly (Html | string)[] {
  return [
    html`<a href="${SHOW}?${new URLSearchParams({ site }).toString()}">${cell(site)}</a>`,
    html`<span class="badge ${environment}">${environment}</span> ${!isGated && 'not gated'}`,
    cell(approvers.join(', ')),
    channels.map(({ name }) => name).join(', '),
    durationInWords(rest.grantTtlSeconds),
    durationInWords(rest.requestTtlSeconds),
  ];
}

function drillCard(session: SignedInThere): Html {
  return html`<section class="card">
    <h2>Drill</h2>
    <p>Sends a harmless test card on every channel, to the first approver who has an address there, and times it.</p>
    <form method="post" action="${DRILL}">
      <input type="hidden" name="csrf" value="${session.csrfToken(DRILL)}" />
      <button>Send a test card</button>
    </form>
  </section>`;
}

async function show({ showSite }: SitePageDeps, request: Request): Promise<ConsolePage> {
  const name = (onlyOne(request.query, 'site') ?? '').slice(0, 255);
  const site = await showSite(name);
  if (!('kind' in site)) return sitePage(site);
  const guess = site.nearest === null ? '' : ` Did you mean ${site.nearest}?`;
  return {
    ...consoleMessage(
      404,
      'No such site',
      html`<p>${name} is no site of sites.toml.${guess}</p>
        <p><a class="button" href="${SITES}">To the sites</a></p>`,
    ),
    under: 'Sites',
  };
}

function sitePage(site: SiteView): ConsolePage {
  const { environment, domains, approvers, geofence, openPaths, passage = [], permanentNetworks, tokens } = site;
  const body = html`<section class="card">
      <dl>
        ${fact('Environment', html`<span class="badge ${environment}">${environment}</span>`)}
        ${fact('Gated', site.isGated ? 'yes' : 'no: everybody passes')} ${fact('Names', domains.join(', '))}
        ${fact('Approvers', approvers.join(', '))} ${fact('Passes for', durationInWords(site.grantTtlSeconds))}
        ${fact('Answer within', durationInWords(site.requestTtlSeconds))}
        ${fact('Geofence', geofence === null ? 'none' : geofence.join(', '))}
        ${fact('Approving', NEEDS[site.approveNeeds ?? 'session'])}
        ${fact('Two factors', site.needsSecondFactor === true ? 'wanted of whoever decides' : 'not wanted')}
        ${fact('Passage', orNone(passage))} ${fact('Open paths', orNone(openPaths))}
        ${fact('Networks', orNone(permanentNetworks))}
        ${fact('Tokens', orNone(tokens.map(({ label }) => label || 'without a label')))}
        ${fact('Confirmed at', html`<code>${site.confirmEndpoint}</code>`)}
      </dl>
    </section>
    <section class="card">
      <h2>Channels</h2>
      ${table(['Channel', 'May', 'Carried by'], site.channels.map(channelRow), { empty: 'None: nobody is asked.', isNarrow: true })}
      <p class="aside"><a href="${SITES}">To the sites</a></p>
    </section>`;
  return cardsPage(site.site, body, 'Sites');
}

const NEEDS: Readonly<Record<NonNullable<SiteView['approveNeeds']>, string>> = {
  session: 'by whoever is signed in',
  fresh: 'with a proof of the moment',
  passkey: 'with a passkey',
};

function orNone(words: readonly string[]): Html | string {
  return words.length === 0 ? 'none' : html`${words.map((word) => html`<div>${cell(word)}</div>`)}`;
}

const MAY: Readonly<Record<SiteChannelView['may'], string>> = {
  decide: 'approve and deny',
  deny_only: 'deny alone',
  link_only: 'lead to the page alone',
};

function channelRow({ name, consumer, ...policy }: SiteChannelView): readonly (Html | string)[] {
  const { may, maxGrantTtlSeconds } = policy;
  const atMost = maxGrantTtlSeconds === null ? '' : `, for ${durationInWords(maxGrantTtlSeconds)} at most`;
  return [name, `${MAY[may]}${atMost}`, consumer ?? 'our own bot'];
}

async function drill({ commands, adminUrl, random }: SitePageDeps, request: Request): Promise<ConsolePage> {
  if ((await operatorsForm(adminUrl, request, () => DRILL)) === null) return foreignFormPage(adminUrl);
  const actor = actorOf(callerOf(request));
  return drilledPage(
    await commands.run({ verb: 'drill', args: {}, actor, surface: 'admin_page', tapId: random.hex(TAP_BYTES) }),
  );
}

function drilledPage(answer: CommandAnswer): ConsolePage {
  const said =
    answer.kind === 'text'
      ? html`${answer.lines.map((line) => html`<p>${line}</p>`)}`
      : html`<p class="lead">${answer.title}.</p>
          ${table(['', 'Channel', 'What happened', 'Took'], answer.rows, { empty: answer.empty, isNarrow: true })}`;
  return consolePage(
    'Drill',
    html`${said}
      <p class="aside"><a href="${SITES}">To the sites</a></p>`,
    'Sites',
  );
}
