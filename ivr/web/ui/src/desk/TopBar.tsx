/** Above everything: what the agent does now, whether their telephone works, and who they are. */

import {
  ActionIcon,
  Button,
  Menu,
  Popover,
  Stack,
  Switch,
  Text,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import { useCallback, useState } from 'react';
import type { Chosen, Desk } from '../app/api';
import { signOut } from '../app/session';
import { MicrophoneIcon, SettingsIcon } from '../phone/icons';
import { Meter } from '../phone/Meter';
import logo from '../style/icon.svg';
import { CheckIcon, HeadsetIcon } from './icons';
import type { PhoneState } from './softphone';
import classes from './TopBar.module.css';
import type { UsedPhone } from './useSoftphone';
import { clock, PRESENCES } from './words';

interface SoundSettings {
  filtered: boolean;
  setFiltered(filtered: boolean): void;
  ringing: boolean;
  setRinging(ringing: boolean): void;
}

interface Props {
  desk: Desk;
  used: UsedPhone;
  nowMs: number;
  sound: SoundSettings;
  onPresence(presence: Chosen['presence']): void;
  onFault(message: string): void;
}

const CHOICES: [Chosen['presence'], string][] = [
  ['available', 'Calls reach you'],
  ['busy', 'No calls, at your desk'],
  ['break', 'No calls, back soon'],
  ['offline', 'No calls, done for now'],
];

export function TopBar({ desk, used, nowMs, sound, onPresence, onFault }: Props) {
  return (
    <header className={classes.top}>
      <img className={classes.logo} src={logo} alt="" width={36} height={36} />
      <div>
        <h1 className={classes.business}>{desk.business}</h1>
        <p className={classes.place}>Desk</p>
      </div>
      <span className={classes.space} />
      <PhoneChip state={used.state} />
      <Presence desk={desk} nowMs={nowMs} onPresence={onPresence} />
      <Devices used={used} sound={sound} />
      <Menu position="bottom-end" radius="lg" shadow="lg" width={220}>
        <Menu.Target>
          <UnstyledButton className={classes.person}>
            {initials(desk.me.name)}
            <VisuallyHidden>, {desk.me.name}: sign out and more</VisuallyHidden>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {desk.me.name}, {desk.me.role}
          </Menu.Label>
          <Menu.Item
            onClick={() =>
              signOut().then(
                () => location.assign('/signin'),
                (error: Error) => onFault(error.message),
              )
            }
          >
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </header>
  );
}

function Presence({ desk, nowMs, onPresence }: Pick<Props, 'desk' | 'nowMs' | 'onPresence'>) {
  const { presence, since_ms } = desk.me;
  return (
    <Menu position="bottom-end" radius="lg" shadow="lg" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes.presence} data-presence={presence}>
          <span className={classes.dot} />
          <span>
            <span className={classes.label}>You are </span>
            {PRESENCES[presence]}
          </span>
          {since_ms > 0 && (
            <span className={classes.since} role="timer">
              {clock(nowMs - since_ms)}
            </span>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {CHOICES.map(([choice, what]) => (
          <Menu.Item
            key={choice}
            onClick={() => onPresence(choice)}
            leftSection={<span className={classes.dot} data-presence={choice} />}
            rightSection={presence === choice ? <CheckIcon /> : null}
          >
            <Text size="sm" fw={600} span display="block">
              {PRESENCES[choice]}
            </Text>
            <Text size="xs" c="dimmed" span display="block">
              {what}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const PHONES: Record<PhoneState['stage'], string> = {
  connecting: 'Phone connecting',
  none: 'No phone here',
  ready: 'Phone ready',
  ringing: 'Phone rings',
  talking: 'On the phone',
  lost: 'Phone not connected',
};

const WHY_NONE: Record<string, string> = {
  no_agent: 'Phone when available',
  other_phone: 'Your own telephone',
  no_key: 'Your own telephone',
  elsewhere: 'Phone on the server only',
};

function PhoneChip({ state }: { state: PhoneState }) {
  const deaf = state.microphone !== null && state.microphone !== 'on';
  const text = state.stage === 'none' ? (WHY_NONE[state.why] ?? PHONES.none) : PHONES[state.stage];
  return (
    <p className={classes.chip} data-trouble={state.stage === 'lost' || deaf}>
      <HeadsetIcon size={18} />
      {deaf && state.stage !== 'lost' ? 'No microphone' : text}
    </p>
  );
}

/** Microphone and headset: a level to look at, a tone to hear. */
function Devices({ used, sound }: { used: UsedPhone; sound: SoundSettings }) {
  const [testing, setTesting] = useState(false);
  const level = useCallback(() => used.phone?.sound?.levels.microphone, [used.phone]);
  const told = testing ? MICROPHONES[used.state.microphone ?? 'asking'] : '';
  return (
    <Popover position="bottom-end" width={320} shadow="lg" radius="lg" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="default" size={44} radius="lg" aria-label="Sound and headset">
          <SettingsIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Sound and headset">
        <Stack gap="md">
          <Stack gap={8}>
            <Text size="sm" fw={600}>
              Headset test
            </Text>
            <Meter label="Level of your microphone" icon={<MicrophoneIcon />} live={testing} read={level} />
            <Text size="sm" c="dimmed" role="status">
              {told || 'Speak and watch the bar, then play the tone.'}
            </Text>
            <div className={classes.tests}>
              <Button
                size="xs"
                radius="md"
                variant="default"
                disabled={used.phone === null}
                onClick={() => {
                  setTesting(true);
                  void used.phone?.prepare(sound.filtered);
                }}
              >
                Test the microphone
              </Button>
              <Button
                size="xs"
                radius="md"
                variant="default"
                disabled={used.phone === null}
                onClick={() =>
                  void used.phone?.prepare(sound.filtered).then((opened) => opened?.keyTone('5'))
                }
              >
                Play a tone
              </Button>
            </div>
          </Stack>
          <Switch
            label="Ring aloud"
            checked={sound.ringing}
            onChange={(event) => sound.setRinging(event.currentTarget.checked)}
          />
          <Switch
            label="Filter echo and noise"
            description="Turn it off with a headset. It counts from the next time the page is opened."
            checked={sound.filtered}
            onChange={(event) => sound.setFiltered(event.currentTarget.checked)}
          />
          {typeof Notification !== 'undefined' && Notification.permission !== 'granted' && (
            <Button
              size="xs"
              radius="md"
              variant="default"
              onClick={() => void Notification.requestPermission()}
            >
              Notify me while I look elsewhere
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const MICROPHONES: Record<string, string> = {
  asking: 'Allow the microphone in the browser.',
  on: 'The microphone works: the bar moves when you speak.',
  refused: 'The microphone is blocked. Allow it in the address bar.',
  missing: 'There is no microphone. Connect one and load the page again.',
  insecure: 'Browsers allow a microphone on this machine itself, or over https.',
  failed: 'The microphone does not work. Another program may hold it.',
};

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
}
