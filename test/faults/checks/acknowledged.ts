/** What was acknowledged is there: no request, tap or command is lost, whatever died after the answer. */
import { sha256Hex } from '../../../src/base/crypto/digest.js';
import type { GrantRow } from '../../../src/ledger/tables/grants.js';
import type { RequestRow } from '../../../src/ledger/tables/requests.js';
import type { AnsweredTap } from '../journal.js';
import { HOST } from '../sites.js';
import type { Check } from './evidence.js';

export const keepsRequests: Check = ({ journal, rows }) => {
  const byHash = new Map(rows.requests.map((request) => [request.token_hash, request]));
  const addresses = new Set<string>(
    rows.requests.filter(({ producer }) => producer === 'gate').map(({ address }) => address),
  );
  return journal.requests.flatMap(({ by, token, address }) => {
    const isThere = token === null ? addresses.has(address) : byHash.has(sha256Hex(token));
    return isThere ? [] : [`the request of a ${by} for ${address} was acknowledged and is not there`];
  });
};

export const keepsTaps: Check = ({ journal, rows }) => {
  const byHash = new Map(rows.requests.map((request) => [request.token_hash, request]));
  return journal.taps.flatMap((tap) => {
    const request = byHash.get(sha256Hex(tap.token));
    const wrong = request === undefined ? 'its request is not there' : wrongOf(tap, request);
    return wrong === null ? [] : [`${tap.user} was told “${tap.text}”: ${wrong}`];
  });
};

function wrongOf(tap: AnsweredTap, request: RequestRow): string | null {
  const is = `the request ${request.id} is ${String(request.outcome)} by ${String(request.decided_by)}`;
  switch (tap.told) {
    case 'decided': {
      const outcome = tap.verdict === 'approve' ? 'approved' : 'denied';
      const isTheirs =
        request.outcome === outcome && request.decided_by === tap.user && (request.tap_id ?? '').endsWith(tap.tapId);
      return isTheirs ? null : `${is}, by the tap ${String(request.tap_id)} and not ${tap.tapId}`;
    }
    case 'already':
      return tap.text.includes(` by ${String(request.decided_by)} `) && request.outcome !== null ? null : is;
    case 'expired':
      return request.outcome === 'expired' ? null : is;
    case 'nothing_changed':
    case 'other':
      return null;
  }
}

export const keepsCommands: Check = ({ journal, rows }) => {
  const grants = new Map<string, GrantRow>(rows.grants.map((grant) => [grant.address, grant]));
  return [...journal.commanded].flatMap(([address, how]) => {
    const grant = grants.get(address);
    const isLive = grant?.revoked_at === null;
    if (how === 'uncertain' || isLive === (how === 'granted')) return [];
    return [`an operator was told that ${address} is ${how} on ${HOST}, and the database says otherwise`];
  });
};

/** Nothing that people are told is an error of ours. */
export const answersSensibly: Check = ({ journal }) => journal.unexpected;
