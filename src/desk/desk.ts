/** The desk: chat, page, command line, producers and our own gate all come to it. One file a group of acts. */
import { throttledLog } from '../base/process/throttled-log.js';
import type { Desk } from '../contract/desk.js';
import { codesOf } from './accounts/codes.js';
import { link, linkCode } from './accounts/links.js';
import { admit, who } from './accounts/whoami.js';
import { accounts, unlink } from './accounts/unlink.js';
import { expire, withdraw } from './requests/close.js';
import { decide } from './requests/decide.js';
import { authorize } from './authorization/authorize.js';
import { extend, grant } from './grants/grants.js';
import { mute, unmute } from './grants/mutes.js';
import { revoke } from './grants/revoke.js';
import { openForProducer } from './requests/opening/open-for-producer.js';
import { open } from './requests/opening/open.js';
import type { DeskDeps, DeskPorts } from './deps.js';
import { deliveries, grants, history, pending, show, status } from './requests/questions.js';
import { createLooks } from './looks.js';
import { refusedRequestRows } from './requests/opening/refused-request-rows.js';
import { refusalRows } from './authorization/refusal-rows.js';
import { visitorAddresses } from './requests/visitor-address.js';

/** Often enough for whoever watches the log, rare enough to read it. */
const OUTAGE_TOLD_EVERY_MS = 10_000;

export type { DeskPorts } from './deps.js';

/** A desk that counts in memory. `settle` writes down what it has counted: called when nobody asks any more. */
export interface RunningDesk extends Desk {
  settle(): Promise<void>;
}

export function createDesk(ports: DeskPorts): RunningDesk {
  const { clock, log } = ports;
  const outage = throttledLog({
    clock,
    everyMs: OUTAGE_TOLD_EVERY_MS,
    tell: (verb, times) => {
      log.warn('the ledger is unavailable', { verb, times });
    },
  });
  const accessRequests = refusedRequestRows(ports);
  const deps: DeskDeps = {
    ...ports,
    outage,
    refusals: refusalRows(ports),
    accessRequests,
    codes: codesOf(clock),
    addresses: visitorAddresses(ports.trustedProxies, ports.edgeNetworks),
  };
  const asked = {
    who: authorize(deps, 'who', who),
    show: authorize(deps, 'show', show),
    deliveries: authorize(deps, 'show', deliveries),
  };
  return {
    open: (accessRequest) => open(deps, accessRequest),
    openForProducer: (accessRequest) => openForProducer(deps, accessRequest),
    withdraw: (ref) => withdraw(deps, ref),
    expire: () => expire(deps),
    link: (input) => link(deps, input),
    status: (query) => status(deps, query),

    decide: authorize(deps, (tap) => tap.verdict, decide),
    grant: authorize(deps, 'grant', grant),
    revoke: authorize(deps, 'revoke', revoke),
    extend: authorize(deps, 'extend', extend),
    mute: authorize(deps, 'mute', mute),
    unmute: authorize(deps, 'unmute', unmute),
    linkCode: authorize(deps, 'link', linkCode),
    unlink: authorize(deps, 'unlink', unlink),
    admit: authorize(deps, (input) => input.operation, admit),
    accounts: authorize(deps, 'accounts', accounts),
    pending: authorize(deps, 'pending', pending),
    grants: authorize(deps, 'grants', grants),
    history: authorize(deps, 'history', history),
    who: (actor) => asked.who({ actor }),
    show: (ref, actor) => asked.show({ ref, actor }),
    deliveries: (ref, actor) => asked.deliveries({ ref, actor }),
    looks: createLooks(deps),
    settle: () => accessRequests.settle(),
  };
}
