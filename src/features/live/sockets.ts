import type { WebSocket } from '@fastify/websocket';

export const mostSocketsOfOneUser = 20;

/** Every open socket, by its user. */
export function socketBook() {
  const byUser = new Map<string, Map<WebSocket, string>>();
  return {
    isFull: (userId: string): boolean => (byUser.get(userId)?.size ?? 0) >= mostSocketsOfOneUser,
    add: (userId: string, sessionId: string, socket: WebSocket): void => {
      byUser.set(userId, (byUser.get(userId) ?? new Map<WebSocket, string>()).set(socket, sessionId));
    },
    remove: (userId: string, socket: WebSocket): void => {
      byUser.get(userId)?.delete(socket);
      if (byUser.get(userId)?.size === 0) byUser.delete(userId);
    },
    /** The sockets of each session that has any. */
    sessions: (): { userId: string; sessionId: string; socket: WebSocket }[] =>
      [...byUser].flatMap(([userId, sockets]) =>
        [...sockets].map(([socket, sessionId]) => ({ userId, sessionId, socket })),
      ),
    closeAll: async (): Promise<void> => {
      for (const sockets of byUser.values()) for (const socket of sockets.keys()) socket.close(1001);
      byUser.clear();
    },
  };
}
