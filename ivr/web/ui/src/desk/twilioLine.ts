/**
 * The telephone in the page over Twilio: its SDK registers, is rung and carries the sound. To the softphone it is a
 * line as `AgentLine` is. What of the SDK is used stands here as two interfaces, so that tests need no Twilio.
 */

import { Device } from '@twilio/voice-sdk';
import type { Line, LineEvents } from './agentLine';

export interface SdkCall {
  on(event: 'accept' | 'cancel' | 'disconnect' | 'reject' | 'error', listener: () => void): unknown;
  accept(): void;
  reject(): void;
  disconnect(): void;
  mute(muted: boolean): void;
}

export interface SdkDevice {
  readonly state: string;
  on(event: 'registered' | 'unregistered' | 'error' | 'tokenWillExpire', listener: () => void): unknown;
  on(event: 'incoming', listener: (call: SdkCall) => void): unknown;
  register(): Promise<void>;
  updateToken(token: string): void;
  destroy(): void;
}

/** Before a token is over, the page asks for the next one. */
const TOKEN_REFRESH_MS = 60_000;

/** The SDK's device, silent: the page rings by itself. */
export function twilioDevice(token: string): SdkDevice {
  const device = new Device(token, { tokenRefreshMs: TOKEN_REFRESH_MS, logLevel: 'error' });
  device.audio?.incoming(false);
  return device as unknown as SdkDevice;
}

export class TwilioLine implements Line {
  private call: SdkCall | null = null;
  private over = false;

  constructor(
    private readonly device: SdkDevice,
    private readonly events: Omit<LineEvents, 'heard'>,
    private readonly nextToken: () => Promise<string>,
  ) {
    device.on('registered', () => this.over || events.registered());
    device.on('unregistered', () => this.check());
    device.on('error', () => this.check());
    device.on('tokenWillExpire', () => void this.renew());
    device.on('incoming', (call) => this.incoming(call));
    device.register().catch(() => this.check());
  }

  answer(): void {
    this.call?.accept();
  }

  decline(): void {
    this.call?.reject();
  }

  hangUp(): void {
    this.call?.disconnect();
  }

  mute(muted: boolean): void {
    this.call?.mute(muted);
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    this.device.destroy();
  }

  private incoming(call: SdkCall): void {
    if (this.over) return;
    this.call = call;
    call.on('accept', () => this.call === call && this.events.answered());
    for (const end of ['cancel', 'disconnect', 'reject', 'error'] as const)
      call.on(end, () => this.ended(call));
    this.events.incoming();
  }

  private ended(call: SdkCall): void {
    if (this.call !== call || this.over) return;
    this.call = null;
    this.events.ended();
    this.check();
  }

  /** A line that is not registered is lost, but for a call on it: the sound may go on, and the SDK registers again. */
  private check(): void {
    if (this.over || this.call !== null || this.device.state === 'registered') return;
    this.close();
    this.events.lost();
  }

  private async renew(): Promise<void> {
    try {
      const token = await this.nextToken();
      if (!this.over && token) this.device.updateToken(token);
    } catch {
      // the token ends, and with it the line: it is looked for again as any lost one
    }
  }
}
