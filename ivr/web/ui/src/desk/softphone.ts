/** The telephone in the page: registered while the desk is open, rung, answered; with sound, and without when there is none. */

import type { Phone } from '../app/api';
import { ask } from '../app/session';
import { Mouth } from '../audio/mouth';
import { type Microphone, Sound } from '../audio/sound';
import { AgentLine, type Line, type LineEvents } from './agentLine';
import { Ringer } from './ringer';

export type PhoneStage = 'connecting' | 'none' | 'ready' | 'ringing' | 'talking' | 'lost';

export interface PhoneState {
  stage: PhoneStage;
  /** Of `none`: why. */
  why: string;
  muted: boolean;
  /** Null until it was asked for. */
  microphone: Microphone | null;
}

export const NO_PHONE: PhoneState = { stage: 'connecting', why: '', muted: false, microphone: null };

const SILENT_DBFS = -50;
const AGAIN_MS = 3_000;

export class Softphone {
  state = NO_PHONE;
  sound: Sound | null = null;
  readonly ringer = new Ringer();
  private line: Line | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;
  /** The call was accepted before the telephone rang. */
  private wanted = false;
  private mouth = new Mouth();
  private opening: Promise<Sound | null> | null = null;

  constructor(private readonly tell: (state: PhoneState) => void) {}

  /** Register with the exchange or the carrier, and again whenever that is lost. */
  async connect(): Promise<void> {
    clearTimeout(this.timer);
    this.line?.close();
    this.line = null;
    try {
      const phone = await ask<Phone>('POST', '/api/desk/phone', {});
      if (this.over) return;
      if (phone.why) {
        this.set({ stage: 'none', why: phone.why });
        return;
      }
      const line = await this.lineOf(phone);
      if (this.over) line.close();
      else this.line = line;
    } catch {
      this.lost();
    }
  }

  /** Twilio's SDK is loaded only where there is a Twilio account. */
  private async lineOf(phone: Phone): Promise<Line> {
    const events: LineEvents = {
      registered: () => this.set({ stage: 'ready' }),
      incoming: () => this.incoming(),
      answered: () => this.answered(),
      heard: ({ audio }) => {
        this.mouth.tick();
        if (this.state.stage === 'talking') this.sound?.play(audio);
      },
      ended: () => this.ended(),
      lost: () => this.lost(),
    };
    if (phone.url) return new AgentLine(phone.url, phone.ticket, phone.identity, events);
    const { TwilioLine, twilioDevice } = await import('./twilioLine');
    const next = () => ask<Phone>('POST', '/api/desk/phone', {}).then(({ token }) => token);
    return new TwilioLine(twilioDevice(phone.token), events, next);
  }

  /** Let the browser give sound and microphone: call it from a click or a key press, so that it may. */
  prepare(filtered: boolean): Promise<Sound | null> {
    this.ringer.prepare();
    this.opening ??= this.open(filtered);
    return this.opening;
  }

  /** Pick up: now, or as soon as it rings. */
  answer(filtered: boolean): void {
    void this.prepare(filtered);
    if (this.state.stage === 'ringing') this.line?.answer();
    else this.wanted = true;
  }

  decline(): void {
    this.wanted = false;
    if (this.state.stage === 'ringing') this.line?.decline();
  }

  hangUp(): void {
    this.line?.hangUp();
  }

  mute(muted: boolean): void {
    this.line?.mute?.(muted);
    this.set({ muted });
  }

  /** No call is offered any more: what was accepted early is not wanted later. */
  forget(): void {
    this.wanted = false;
  }

  close(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.ringer.stop();
    this.line?.close();
    void this.sound?.close();
  }

  private async open(filtered: boolean): Promise<Sound | null> {
    try {
      const sound = await Sound.open();
      this.sound = sound;
      this.set({ microphone: await sound.listen(filtered) });
      sound.onFrame = ({ frame, dbfs }) => {
        if (this.state.stage !== 'talking' || this.state.muted) return;
        for (const each of this.mouth.take(frame, dbfs < SILENT_DBFS)) this.line?.speak?.(each);
      };
      return sound;
    } catch {
      this.opening = null;
      this.set({ microphone: 'failed' });
      return null;
    }
  }

  private incoming(): void {
    this.set({ stage: 'ringing' });
    if (this.wanted) this.line?.answer();
    else this.ringer.start();
  }

  private answered(): void {
    this.wanted = false;
    this.mouth = new Mouth();
    this.ringer.stop();
    this.set({ stage: 'talking' });
  }

  private ended(): void {
    this.wanted = false;
    this.ringer.stop();
    this.set({ stage: 'ready', muted: false });
  }

  private lost(): void {
    if (this.over) return;
    this.ringer.stop();
    this.set({ stage: 'lost', muted: false });
    this.timer = setTimeout(() => void this.connect(), AGAIN_MS);
  }

  private set(change: Partial<PhoneState>): void {
    this.state = { ...this.state, ...change };
    if (!this.over) this.tell(this.state);
  }
}
