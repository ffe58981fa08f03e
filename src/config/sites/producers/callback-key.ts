/** The key that signs a producer's callbacks. How its callers prove themselves is in `caller-proofs.ts`. */
import { Secret } from '../../../base/crypto/secret.js';
import { keyBytes } from '../../../base/crypto/standard-webhooks.js';
import type { Values } from '../../read-table.js';
import { readReference, secretReference, type Where } from '../secret-reference.js';

const secret = secretReference(
  'What the callbacks are signed with (Standard Webhooks): `whsec_` and the base64 of 24 bytes or more. Required beside `callback_url`.',
  'JET_CALLBACK_SECRET',
);

export const CALLBACK_KEYS = { callback_secret_env: secret.env, callback_secret_file: secret.file };

type Given = Values<typeof CALLBACK_KEYS> & { readonly callback_url?: string | undefined };

export function readCallbackKey(values: Given, where: Where): Secret | null {
  const isNeeded = values.callback_url !== undefined;
  const isSaid = values.callback_secret_env !== undefined || values.callback_secret_file !== undefined;
  if (isSaid && !isNeeded && !where.bad.has('callback_url'))
    where.reading.tell(`${where.path}.callback_url`, {
      problem: 'is missing, but its secret is named',
      cure: `For example: callback_url = "https://jet.example.org/decisions", or take the secret out.`,
    });
  const reference = {
    name: 'callback_secret',
    variable: values.callback_secret_env,
    file: values.callback_secret_file,
    isNeeded,
  };
  const text = readReference(reference, where);
  if (text === null) return null;
  const bytes = keyBytes(text);
  if (bytes !== null) return new Secret(bytes);
  where.reading.tell(`${where.path}.callback_secret`, {
    problem: 'is not a signing secret of 24 bytes or more (whsec_ and base64)',
    cure: 'Make one with: echo "whsec_$(openssl rand -base64 32)"',
  });
  return null;
}
