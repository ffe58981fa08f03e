/** The fields of a mail provider as operators give them: checked whole, and completed by their defaults. */
import { z } from 'zod';
import { readSmtpEndpoint, smtpFieldsOf } from '../../base/net/smtp-endpoint.js';
import { fieldsOf } from '../../base/text/fields.js';
import type { NewProvider } from '../../contract/ledger.js';
import type { MailProvider } from '../../contract/mail-records.js';
import type { GivenFields, WrongField } from '../../contract/operators-mail.js';
import { readPolicy } from '../policy.js';
import { readFields, webAddress, type FieldsRead } from './wrong-fields.js';

/** The environment's own provider has it. */
const RESERVED = 'env';
/** What follows from `tls` where no port is given (RFC 6409, RFC 8314). */
const USUAL_PORTS = { implicit: 465, required: 587, if_offered: 587, none: 587 } as const;
const GRAPH_API = 'https://graph.microsoft.com/v1.0';
/** A directory's id, or one of its domains. */
const TENANT = /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/;
const CLIENT_ID = /^[\x21-\x7e]{1,256}$/;

const OF_ALL = {
  name: z
    .string('must be a name')
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be a name of at most 63 small letters, digits, - and _')
    .refine((text) => text !== RESERVED, `"${RESERVED}" is the environment's own: choose another name`),
  policy: z.record(z.string(), z.unknown(), 'must be tables of settings').default({}),
};
const GRAPH = {
  tenant: z.string('must be a text').regex(TENANT, 'must be the id of a directory, or one of its domains'),
  client_id: z.string('must be a text').regex(CLIENT_ID, 'must be an id without white space'),
  api_url: webAddress.default(GRAPH_API),
  token_url: webAddress.optional(),
};

export function readProvider({ name, kind, policy, ...endpoint }: GivenFields): FieldsRead<NewProvider> {
  if (kind !== 'smtp' && kind !== 'graph') return { wrong: [{ field: 'kind', problem: 'must be smtp or graph' }] };
  const ofAll = readFields(OF_ALL, policy === undefined ? { name } : { name, policy });
  const read = kind === 'smtp' ? readSmtp(endpoint) : readGraph(endpoint);
  const wrong = [...wrongIn(ofAll), ...wrongIn(read), ...policyWrong(kind, policy)];
  if (wrong.length > 0 || 'wrong' in ofAll || 'wrong' in read) return { wrong };
  // the endpoint was read by its kind
  return { value: { ...ofAll.value, kind, endpoint: read.value } as NewProvider };
}

function wrongIn(read: FieldsRead<unknown>): readonly WrongField[] {
  return 'wrong' in read ? read.wrong : [];
}

function policyWrong(kind: MailProvider['kind'], policy: unknown): readonly WrongField[] {
  const read = readPolicy(kind, fieldsOf(policy));
  if ('policy' in read) return [];
  return read.problems.map(({ key, problem, cure }) => ({ field: `policy.${key}`, problem: `${problem}: ${cure}` }));
}

function readSmtp(given: GivenFields): FieldsRead<NewProvider['endpoint']> {
  const read = readSmtpEndpoint(given);
  return 'wrong' in read ? read : { value: read.endpoint };
}

function readGraph(given: GivenFields): FieldsRead<NewProvider['endpoint']> {
  const read = readFields(GRAPH, given);
  if ('wrong' in read) return read;
  const { tenant, client_id: clientId, api_url: apiUrl, token_url: tokenUrl = tokenUrlOf(tenant) } = read.value;
  return { value: { tenant, clientId, apiUrl, tokenUrl } };
}

function tokenUrlOf(tenant: string): string {
  return `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
}

/** What a change goes on from: all fields but those that follow from the others, and would not once those are changed. */
export function changeableFields(provider: MailProvider): GivenFields {
  const { name, kind, policy } = provider;
  const fields: Record<string, unknown> = { name, kind, policy, ...endpointFields(provider) };
  if (provider.kind === 'smtp') {
    if (provider.endpoint.port === USUAL_PORTS[provider.endpoint.tls]) delete fields['port'];
  } else if (provider.endpoint.tokenUrl === tokenUrlOf(provider.endpoint.tenant)) delete fields['token_url'];
  return fields;
}

/** The endpoint as operators read and write it. */
export function endpointFields(provider: MailProvider): GivenFields {
  if (provider.kind === 'smtp') return smtpFieldsOf(provider.endpoint);
  const { tenant, clientId: client_id, apiUrl: api_url, tokenUrl: token_url } = provider.endpoint;
  return { tenant, client_id, api_url, token_url };
}
