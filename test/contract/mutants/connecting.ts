/** Liars about sockets: the real channel and its platform, with one promise undone between them. */
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Connection, ConnectionEnd } from '../../../src/contract/inbound.js';
import type { ConnectingMutant } from '../connecting/fixture.js';
import type { SocketPlatform } from '../stage.js';

export const acknowledgesAndForgets: ConnectingMutant = tapping(
  () => () => Promise.resolve({ text: '', isPrivate: true }),
);

export const takesEveryEventForNew: ConnectingMutant = tapping(
  (honest) => (tap) => honest.tap({ ...tap, id: systemRandom().id() }),
);

export const tellsEverybody: ConnectingMutant = tapping((honest) => async (tap) => ({
  ...(await honest.tap(tap)),
  isPrivate: false,
}));

/** A stranger everywhere else, or himself there, too: whichever is wrong of this platform. */
export const mistakesWorkspaces: ConnectingMutant = tapping(
  (honest) => (tap) =>
    honest.oneWorkspace === undefined
      ? honest.tap({ ...tap, workspace: 'w1' })
      : honest.tap({ ...tap, subject: 'stranger' }),
);

export const waitsForTheDesk: ConnectingMutant = tapping(() => () => new Promise(() => undefined));

export const neverNotices: ConnectingMutant = connection((honest) => ({
  ...honest,
  ended: new Promise(() => undefined),
}));

export const leavesTheSocketOpen: ConnectingMutant = connection((honest) => ({
  ...honest,
  close: () => Promise.resolve(),
  ended: Promise.resolve({ kind: 'lost', reason: 'closed' } as const),
}));

export const callsEverythingLost: ConnectingMutant = {
  inbound: (honest) => ({
    kind: 'connecting',
    async connect(handlers, signal) {
      const said = await honest.connect(handlers, signal);
      return said.kind === 'up' ? said : { kind: 'lost', reason: said.reason };
    },
  }),
};

export const ignoresItsSignal: ConnectingMutant = {
  inbound: (honest) => ({
    kind: 'connecting',
    connect: (handlers) => honest.connect(handlers, new AbortController().signal),
  }),
};

export const reconnectsByItself: ConnectingMutant = {
  inbound: (honest) => ({
    kind: 'connecting',
    async connect(handlers, signal) {
      const said = await honest.connect(handlers, signal);
      if (said.kind === 'up') void said.ended.then(() => honest.connect(handlers, signal));
      return said;
    },
  }),
};

export const letsARejectionLoose: ConnectingMutant = tapping((honest) => (tap) => {
  void Promise.reject(new Error('nobody handles this'));
  return honest.tap(tap);
});

export const logsWhatItReads: ConnectingMutant = {
  inbound: (honest, log) => ({
    kind: 'connecting',
    connect(handlers, signal) {
      const desk: typeof handlers.desk = {
        ...handlers.desk,
        decide(tap) {
          log.debug('received', { tap });
          return handlers.desk.decide(tap);
        },
      };
      return honest.connect({ ...handlers, desk }, signal);
    },
  }),
};

function tapping(lie: (honest: SocketPlatform) => SocketPlatform['tap']): ConnectingMutant {
  return { platform: (honest) => ({ ...honest, tap: lie(honest) }) };
}

function connection(lie: (honest: Connection) => Connection): ConnectingMutant {
  return {
    inbound: (honest) => ({
      kind: 'connecting',
      async connect(handlers, signal): Promise<Connection | ConnectionEnd> {
        const said = await honest.connect(handlers, signal);
        return said.kind === 'up' ? lie(said) : said;
      },
    }),
  };
}
