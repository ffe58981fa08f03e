/** What the SDK gets as its logger. It writes bodies, tokens and Slack's own words at will, so nothing of it is kept. */
import { LogLevel, type Logger } from '@slack/bolt';

export function quietLogger(): Logger {
  const drop = (): void => undefined;
  return {
    debug: drop,
    info: drop,
    warn: drop,
    error: drop,
    setLevel: drop,
    setName: drop,
    getLevel: () => LogLevel.ERROR,
  };
}
