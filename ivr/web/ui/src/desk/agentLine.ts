/** The exchange's phone socket as an agent uses it: registered under a name, and rung. See ivr/exchange/phone_socket.py. */

import { type HeardFrame, readFrame } from '../audio/frames';

export interface LineEvents {
  registered(): void;
  incoming(): void;
  answered(): void;
  heard(frame: HeardFrame): void;
  /** This call is over; the line stays. */
  ended(): void;
  /** The socket is gone. */
  lost(): void;
}

/** A telephone line of an agent, whoever carries it. */
export interface Line {
  answer(): void;
  decline(): void;
  hangUp(): void;
  /** One frame of what the agent says; a line without it listens to the microphone itself. */
  speak?(frame: Uint8Array<ArrayBuffer>): void;
  /** Only of a line that listens to the microphone itself. */
  mute?(muted: boolean): void;
  close(): void;
}

export class AgentLine implements Line {
  private readonly socket: WebSocket;

  constructor(url: string, ticket: string, identity: string, events: LineEvents) {
    this.socket = new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.send({ event: 'register', number: identity, frames: true });
    this.socket.onclose = () => events.lost();
    this.socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => {
      if (message.data instanceof ArrayBuffer) {
        const frame = readFrame(message.data);
        if (frame !== null) events.heard(frame);
        return;
      }
      const told = JSON.parse(message.data) as { event: string; detail?: string };
      if (told.event === 'error') console.warn('exchange:', told.detail);
      else if (told.event === 'registered') events.registered();
      else if (told.event === 'incoming') events.incoming();
      else if (told.event === 'answered') events.answered();
      else if (told.event === 'ended') events.ended();
    };
  }

  answer(): void {
    this.send({ event: 'answer' });
  }

  decline(): void {
    this.send({ event: 'decline' });
  }

  hangUp(): void {
    this.send({ event: 'hangup' });
  }

  press(digit: string): void {
    this.send({ event: 'key', digit });
  }

  speak(frame: Uint8Array<ArrayBuffer>): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  close(): void {
    this.socket.onclose = null;
    this.socket.close();
  }

  private send(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
