import { expect, test, vi } from 'vitest';
import { type SdkCall, type SdkDevice, TwilioLine } from './twilioLine';

vi.mock('@twilio/voice-sdk', () => ({ Device: class {} })); // it wants a browser

class Told {
  private readonly listeners = new Map<string, ((call: SdkCall) => void)[]>();
  readonly did: string[] = [];

  on(event: string, listener: (call: SdkCall) => void): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  emit(event: string, call?: SdkCall): void {
    for (const listener of this.listeners.get(event) ?? []) listener(call as SdkCall);
  }
}

class FakeCall extends Told implements SdkCall {
  accept = () => this.emit('accept');
  reject = () => this.emit('reject');
  disconnect = () => this.emit('disconnect');
  mute = (muted: boolean) => void this.did.push(`mute ${muted}`);
}

class FakeDevice extends Told implements SdkDevice {
  state = 'unregistered';
  register(): Promise<void> {
    this.state = 'registered';
    this.emit('registered');
    return Promise.resolve();
  }
  isLost(): void {
    this.state = 'unregistered';
    this.emit('unregistered');
  }
  updateToken = (token: string) => void this.did.push(token);
  destroy = () => void this.did.push('destroyed');
}

function connected() {
  const device = new FakeDevice();
  const told: string[] = [];
  const events = {
    registered: () => void told.push('registered'),
    incoming: () => void told.push('incoming'),
    answered: () => void told.push('answered'),
    ended: () => void told.push('ended'),
    lost: () => void told.push('lost'),
  };
  const line = new TwilioLine(device, events, () => Promise.resolve('the next token'));
  return { device, told, line };
}

test('a call rings, is answered, muted and hung up, and the line stays', () => {
  const { device, told, line } = connected();
  const call = new FakeCall();
  device.emit('incoming', call);
  line.answer();
  line.mute(true);
  line.hangUp();
  expect(told).toEqual(['registered', 'incoming', 'answered', 'ended']);
  expect(call.did).toEqual(['mute true']);
});

test('a call that stops ringing is over once', () => {
  const { device, told } = connected();
  const call = new FakeCall();
  device.emit('incoming', call);
  call.emit('cancel');
  call.emit('disconnect');
  expect(told).toEqual(['registered', 'incoming', 'ended']);
});

test('a line that is lost says so once, and is not used again', () => {
  const { device, told } = connected();
  device.isLost();
  device.emit('error');
  device.emit('registered');
  expect(told).toEqual(['registered', 'lost']);
  expect(device.did).toEqual(['destroyed']);
});

test('a line that is lost during a call keeps the call', () => {
  const { device, told, line } = connected();
  device.emit('incoming', new FakeCall());
  line.answer();
  device.isLost();
  expect(told).toEqual(['registered', 'incoming', 'answered']);
  line.hangUp();
  expect(told.slice(3)).toEqual(['ended', 'lost']);
});

test('a token that is about to end is followed by the next one', async () => {
  const { device } = connected();
  device.emit('tokenWillExpire');
  await Promise.resolve();
  await Promise.resolve();
  expect(device.did).toEqual(['the next token']);
});

test('a page that is closed has no telephone any more', () => {
  const { device, told, line } = connected();
  line.close();
  device.emit('incoming', new FakeCall());
  device.isLost();
  expect(told).toEqual(['registered']);
  expect(device.did).toEqual(['destroyed']);
});
