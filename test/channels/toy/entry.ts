/** The registry's line for Toy, a channel that only tests have: it shows that the rest of the gate needs nothing else. */
import type { ChannelEntry } from '../../../src/contract/channel.js';
import { checkToyHandle, configureToy, TOY_ADDRESS, TOY_VARIABLES, type ToyConfig } from './config.js';

export const toyEntry = {
  name: 'toy',
  title: 'Toy',
  variables: TOY_VARIABLES,
  address: TOY_ADDRESS,
  configure: configureToy,
  checkAddress: checkToyHandle,
  async load() {
    const { openToy } = await import('./open.js');
    return { open: openToy };
  },
} as const satisfies ChannelEntry<ToyConfig>;
