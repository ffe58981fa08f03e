/**
 * Keeps the SDK from connecting by itself. After a close its shard waits half a second and connects anew, even when its
 * client has been destroyed meanwhile; on its way it asks for the session to resume. Behind the fence that question is
 * never answered, so no second socket comes to be. (Answering it with an error would be a rejection that nobody handles.)
 */
import { SimpleShardingStrategy, type WebSocketOptions } from 'discord.js';

type BuildStrategy = NonNullable<WebSocketOptions['buildStrategy']>;

/** `closed` is aborted when the connection has had its end. */
export function fencedStrategy(closed: AbortSignal): BuildStrategy {
  return (manager) => {
    const { options } = manager;
    const retrieve = options.retrieveSessionInfo.bind(options);
    options.retrieveSessionInfo = (shardId) => (closed.aborted ? new Promise(() => undefined) : retrieve(shardId));
    return new SimpleShardingStrategy(manager);
  };
}
