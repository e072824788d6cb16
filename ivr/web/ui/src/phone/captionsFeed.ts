/** Follows the captions of one call, and takes them up again when the connection breaks. */

import type { Told } from './captions';

const TRIES = 6;
const PAUSE_MS = 1_500;

export function followCaptions(call: string, pass: string, tell: (told: Told) => void): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let over = false;

  const connect = (): void => {
    const query = new URLSearchParams({ call, pass });
    socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/phone/captions?${query}`);
    socket.onmessage = (message: MessageEvent<string>) => {
      tries = 0;
      const told = JSON.parse(message.data) as Told;
      if (told.kind === 'ended') over = true;
      tell(told);
    };
    socket.onclose = () => {
      if (over) return;
      if (++tries > TRIES) tell({ kind: 'lost', count: 0 });
      else timer = setTimeout(connect, PAUSE_MS);
    };
  };
  connect();
  return () => {
    over = true;
    clearTimeout(timer);
    socket?.close();
  };
}
