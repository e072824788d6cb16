/** One call from the press of the button to its end: sound, exchange and captions, and what must be let go of after it. */

import { Mouth } from '../audio/mouth';
import { Sound } from '../audio/sound';
import type { CallEvent } from './call';
import type { Told } from './captions';
import { followCaptions } from './captionsFeed';
import { ExchangeLine } from './exchange';
import { fetchTicket, type Ticket } from './server';

const SILENT_DBFS = -50;
/** The last captions come a moment after the last word, and the last word a moment after the line went. */
const LAST_CAPTIONS_MS = 3_000;
const LAST_WORDS_MS = 400;

export interface Telling {
  call(event: CallEvent): void;
  captions(told: Told): void;
}

export class PlacedCall {
  muted = false;
  sound: Sound | null = null;
  private line: ExchangeLine | null = null;
  private unfollow = (): void => {};
  private readonly gaveUp = new AbortController();
  private readonly mouth = new Mouth();

  constructor(
    private readonly number: string,
    private readonly from: string,
    private readonly filtered: boolean,
    private readonly tell: Telling,
  ) {}

  /** Dial. What goes wrong is told, not thrown. */
  async dial(): Promise<void> {
    this.tell.call({ kind: 'dialled' });
    const sound = await this.opened();
    if (sound === null) return;
    this.tell.call({ kind: 'microphone', microphone: await sound.listen(this.filtered) });
    if (this.gaveUp.signal.aborted) return;
    try {
      await this.connect(await fetchTicket(this.gaveUp.signal), sound);
    } catch {
      this.fail('server');
    }
  }

  press(key: string): void {
    this.sound?.keyTone(key);
    this.line?.press(key);
  }

  hangUp(): void {
    if (this.line) this.line.hangUp();
    else this.over();
  }

  /** The page goes, or the call never came about. */
  over(): void {
    if (this.gaveUp.signal.aborted) return;
    this.gaveUp.abort();
    this.tell.call({ kind: 'ended', end: { reason: 'caller', status: 'canceled' }, atMs: performance.now() });
    this.release();
  }

  private async opened(): Promise<Sound | null> {
    try {
      const sound = await Sound.open();
      if (this.gaveUp.signal.aborted) {
        await sound.close();
        return null;
      }
      this.sound = sound;
      return sound;
    } catch {
      this.fail('sound');
      return null;
    }
  }

  private async connect(ticket: Ticket, sound: Sound): Promise<void> {
    let call = '';
    let line: ExchangeLine;
    try {
      line = await ExchangeLine.open(ticket.url, ticket.ticket, {
        ringing: (sid) => {
          call = sid;
          this.tell.call({ kind: 'ringing' });
        },
        answered: () => {
          this.tell.call({ kind: 'answered', atMs: performance.now() });
          this.unfollow = followCaptions(call, ticket.captions_pass, this.tell.captions);
          sound.onFrame = ({ frame, dbfs }) => {
            if (this.muted) return;
            for (const each of this.mouth.take(frame, dbfs < SILENT_DBFS)) line.speak(each);
          };
        },
        heard: ({ audio }) => {
          this.mouth.tick();
          sound.play(audio);
        },
        ended: (end) => {
          this.tell.call({ kind: 'ended', end, atMs: performance.now() });
          this.release();
        },
      });
    } catch {
      this.fail('exchange');
      return;
    }
    if (this.gaveUp.signal.aborted) {
      line.close();
      return;
    }
    this.line = line;
    line.dial(this.number, this.from);
  }

  private fail(trouble: 'exchange' | 'server' | 'sound'): void {
    if (this.gaveUp.signal.aborted) return;
    this.tell.call({ kind: 'failed', trouble });
    this.release();
  }

  private release(): void {
    this.gaveUp.abort();
    this.line?.close();
    this.sound?.stopListening();
    setTimeout(() => void this.sound?.close(), LAST_WORDS_MS);
    setTimeout(() => this.unfollow(), LAST_CAPTIONS_MS);
  }
}
