/** The telephone: who is called, how the call stands, levels, keys, and the one button that matters. */

import { ActionIcon, Tooltip } from '@mantine/core';
import { useCallback, useEffect } from 'react';
import { isLive } from './call';
import { Duration } from './Duration';
import { CallIcon, HangUpIcon, MicrophoneIcon, MutedIcon, SpeakerIcon } from './icons';
import { Keypad } from './Keypad';
import { Meter } from './Meter';
import classes from './PhonePanel.module.css';
import type { Facts } from './server';
import type { Phone } from './usePhone';
import { MICROPHONE, spaced, stateOf, TROUBLE } from './words';

export function PhonePanel({ facts, phone }: { facts: Facts; phone: Phone }) {
  const { call, levels } = phone;
  const live = isLive(call.stage);
  const talking = call.stage === 'talking';
  const hearing = call.microphone === 'on' && !call.muted;
  const readMicrophone = useCallback(() => levels()?.microphone, [levels]);
  const readLine = useCallback(() => levels()?.line, [levels]);

  useEnter(phone.dial, !live);

  return (
    <section className={classes.panel} aria-label="Telephone">
      <div className={classes.head}>
        <h2 className={classes.number}>{spaced(facts.number)}</h2>
        <p className={classes.state} data-stage={call.trouble ? 'trouble' : call.stage}>
          <span className={classes.dot} />
          <span role="status">{stateOf(call)}</span>
          <Duration call={call} />
        </p>
      </div>

      <Messages phone={phone} />

      <div className={classes.levels}>
        <Meter
          label="Level of your voice"
          icon={
            call.muted || (live && call.microphone !== 'on' && call.microphone !== null) ? (
              <MutedIcon />
            ) : (
              <MicrophoneIcon />
            )
          }
          live={talking && hearing}
          read={readMicrophone}
        />
        <Meter label="Level of the assistant" icon={<SpeakerIcon />} live={talking} read={readLine} />
      </div>

      <Keypad live={talking} onPress={phone.press} />

      <div className={classes.actions}>
        <button
          type="button"
          className={classes.main}
          data-live={live}
          onClick={live ? phone.hangUp : phone.dial}
        >
          {live ? <HangUpIcon /> : <CallIcon />}
          {live ? (talking ? 'Hang up' : 'Cancel') : call.stage === 'ended' ? 'Call again' : 'Call'}
        </button>
        {talking && call.microphone === 'on' && (
          <Tooltip label={call.muted ? 'Unmute' : 'Mute'} withArrow>
            <ActionIcon
              className={classes.mute ?? ''}
              variant={call.muted ? 'filled' : 'default'}
              size={56}
              radius={20}
              aria-label="Mute the microphone"
              aria-pressed={call.muted}
              onClick={() => phone.mute(!call.muted)}
            >
              {call.muted ? <MutedIcon /> : <MicrophoneIcon />}
            </ActionIcon>
          </Tooltip>
        )}
      </div>

      <p className={classes.hint}>
        <kbd>Enter</kbd> calls, <kbd>0</kbd>–<kbd>9</kbd> <kbd>*</kbd> <kbd>#</kbd> press keys
      </p>
    </section>
  );
}

/** What went wrong, and what to do about it. */
function Messages({ phone }: { phone: Phone }) {
  const { trouble, microphone, stage } = phone.call;
  const deaf = microphone !== null && microphone !== 'on' && stage !== 'idle' ? MICROPHONE[microphone] : null;
  const message = trouble ? TROUBLE[trouble] : deaf;
  return (
    <div className={classes.messages} aria-live="polite">
      {message && (
        <div className={classes.message} data-grave={trouble !== null}>
          <p className={classes.messageTitle}>{message.title}</p>
          <p className={classes.messageText}>{message.text}</p>
        </div>
      )}
    </div>
  );
}

/** Enter calls, as long as nothing else has the focus. */
function useEnter(dial: () => void, ready: boolean): void {
  useEffect(() => {
    if (!ready) return;
    const enter = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' && !event.repeat && event.target === document.body) dial();
    };
    window.addEventListener('keydown', enter);
    return () => window.removeEventListener('keydown', enter);
  }, [dial, ready]);
}
