/** Liars about sockets: the real channel and its platform, with one promise undone between them. */
import { systemChance } from '../../../src/base/chance.js';
import type { Connection, ConnectionEnd } from '../../../src/contract/inbound.js';
import type { ConnectingLiar } from '../connecting/scene.js';
import type { SocketPlatform } from '../stage.js';

export const acknowledgesAndForgets: ConnectingLiar = tapping(
  () => () => Promise.resolve({ text: '', isPrivate: true }),
);

export const takesEveryEventForNew: ConnectingLiar = tapping(
  (honest) => (tap) => honest.tap({ ...tap, id: systemChance().id() }),
);

export const tellsEverybody: ConnectingLiar = tapping((honest) => async (tap) => ({
  ...(await honest.tap(tap)),
  isPrivate: false,
}));

/** A stranger everywhere else, or himself there, too: whichever is wrong of this platform. */
export const mistakesWorkspaces: ConnectingLiar = tapping(
  (honest) => (tap) =>
    honest.oneWorkspace === undefined
      ? honest.tap({ ...tap, workspace: 'w1' })
      : honest.tap({ ...tap, subject: 'stranger' }),
);

export const waitsForTheDesk: ConnectingLiar = tapping(() => () => new Promise(() => undefined));

export const neverNotices: ConnectingLiar = connection((honest) => ({
  ...honest,
  ended: new Promise(() => undefined),
}));

export const leavesTheSocketOpen: ConnectingLiar = connection((honest) => ({
  ...honest,
  close: () => Promise.resolve(),
  ended: Promise.resolve({ kind: 'lost', reason: 'closed' } as const),
}));

export const callsEverythingLost: ConnectingLiar = {
  inbound: (honest) => ({
    kind: 'connecting',
    async connect(doors, signal) {
      const said = await honest.connect(doors, signal);
      return said.kind === 'up' ? said : { kind: 'lost', reason: said.reason };
    },
  }),
};

export const ignoresItsSignal: ConnectingLiar = {
  inbound: (honest) => ({
    kind: 'connecting',
    connect: (doors) => honest.connect(doors, new AbortController().signal),
  }),
};

export const reconnectsByItself: ConnectingLiar = {
  inbound: (honest) => ({
    kind: 'connecting',
    async connect(doors, signal) {
      const said = await honest.connect(doors, signal);
      if (said.kind === 'up') void said.ended.then(() => honest.connect(doors, signal));
      return said;
    },
  }),
};

export const letsARejectionLoose: ConnectingLiar = tapping((honest) => (tap) => {
  void Promise.reject(new Error('nobody handles this'));
  return honest.tap(tap);
});

export const logsWhatItReads: ConnectingLiar = {
  inbound: (honest, log) => ({
    kind: 'connecting',
    connect(doors, signal) {
      const desk: typeof doors.desk = {
        ...doors.desk,
        decide(tap) {
          log.debug('received', { tap });
          return doors.desk.decide(tap);
        },
      };
      return honest.connect({ ...doors, desk }, signal);
    },
  }),
};

function tapping(lie: (honest: SocketPlatform) => SocketPlatform['tap']): ConnectingLiar {
  return { platform: (honest) => ({ ...honest, tap: lie(honest) }) };
}

function connection(lie: (honest: Connection) => Connection): ConnectingLiar {
  return {
    inbound: (honest) => ({
      kind: 'connecting',
      async connect(doors, signal): Promise<Connection | ConnectionEnd> {
        const said = await honest.connect(doors, signal);
        return said.kind === 'up' ? lie(said) : said;
      },
    }),
  };
}
