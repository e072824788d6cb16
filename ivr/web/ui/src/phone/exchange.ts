/** The exchange's phone socket, as one call uses it. See ivr/exchange/phone_socket.py. */

import { type HeardFrame, readFrame } from '../audio/frames';

/** How a call ended, by the exchange; `lost` when the socket went without a word. */
export interface Ended {
  reason: 'caller' | 'far-end' | 'rejected' | 'error' | 'lost';
  status: string;
}

export interface ExchangeEvents {
  ringing(call: string): void;
  answered(): void;
  heard(frame: HeardFrame): void;
  ended(end: Ended): void;
}

const OPEN_WITHIN_MS = 5_000;

export class ExchangeLine {
  private over = false;

  private constructor(
    private readonly socket: WebSocket,
    private readonly events: ExchangeEvents,
  ) {
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => this.take(message.data);
    socket.onclose = () => this.end({ reason: 'lost', status: '' });
  }

  /** Connect. Rejects when the exchange cannot be reached or refuses. */
  static open(url: string, ticket: string, events: ExchangeEvents): Promise<ExchangeLine> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`);
      socket.binaryType = 'arraybuffer';
      const patience = setTimeout(() => socket.close(), OPEN_WITHIN_MS);
      socket.onopen = () => {
        clearTimeout(patience);
        resolve(new ExchangeLine(socket, events));
      };
      socket.onclose = () => {
        clearTimeout(patience);
        reject(new Error('the exchange cannot be reached'));
      };
    });
  }

  dial(to: string, from: string): void {
    this.send({ event: 'dial', to, from, frames: true });
  }

  speak(frame: Uint8Array<ArrayBuffer>): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  press(digit: string): void {
    this.send({ event: 'key', digit });
  }

  hangUp(): void {
    this.send({ event: 'hangup' });
  }

  /** Let go of the line; the exchange ends what is left of the call. */
  close(): void {
    this.over = true;
    this.socket.close();
  }

  private send(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private take(data: string | ArrayBuffer): void {
    if (data instanceof ArrayBuffer) {
      const frame = readFrame(data);
      if (frame !== null) this.events.heard(frame);
      return;
    }
    const message = JSON.parse(data) as { event: string } & Record<string, string>;
    switch (message.event) {
      case 'ringing':
        this.events.ringing(message.callSid ?? '');
        break;
      case 'answered':
        this.events.answered();
        break;
      case 'ended':
        this.end({ reason: message.reason as Ended['reason'], status: message.status ?? '' });
        break;
      case 'error':
        console.warn('exchange:', message.detail);
        break;
    }
  }

  private end(end: Ended): void {
    if (this.over) return;
    this.over = true;
    this.events.ended(end);
  }
}
