/** The registry's line for the Koder ID app. The gate has no notifier for it: a consumer of the RFC's payload pushes to the phone. */
import type { ConsumerOnlyEntry } from '../../src/contract/channel.js';

export const koderIdEntry = {
  name: 'koder_id',
  title: 'Koder ID',
  address: { meaning: 'What the consumer knows the approver by.', form: 'text' },
  consumer: {
    variable: 'KODER_JET_KODER_ID_URL',
    setting: {
      meaning:
        'The consumer that gets each request as JSON (RFC 001 of Koder) for the channel `koder_id`, which has no other form, for every site that names no `url` of its own.',
      form: 'an https URL; plain http on loopback only',
      default: 'none',
      example: 'https://id.example.org/v1/auth-gate/approvals',
      readBy: 'courier',
    },
  },
  producerEndpoint: '/v1/auth-gate/approvals',
} as const satisfies ConsumerOnlyEntry;
