/** What can be done with a caller one talks to: hold, mute, ask a colleague, hand back. */

import { Button, Menu, Popover, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Card, Desk } from '../app/api';
import { HangUpIcon, MicrophoneIcon, MutedIcon } from '../phone/icons';
import classes from './Actions.module.css';
import { ConsultIcon, HoldIcon, ResumeIcon, ReturnIcon } from './icons';
import type { DeskAction } from './useDesk';
import type { UsedPhone } from './useSoftphone';
import { PRESENCES } from './words';

interface Props {
  card: Card;
  desk: Desk;
  used: UsedPhone;
  onAct(what: DeskAction, body?: object): void;
}

export function Actions({ card, desk, used, onAct }: Props) {
  const talking = used.state.stage === 'talking';
  if (card.stage === 'joining' || card.stage === 'returning') {
    return <p className={classes.moving}>{MOVING[card.stage]}</p>;
  }
  if (card.seat === 'second')
    return <p className={classes.moving}>A colleague asks you about this caller.</p>;
  return (
    <div className={classes.actions} role="group" aria-label="Actions">
      {card.stage === 'bridged' && (
        <Button
          {...LOOK}
          leftSection={<HoldIcon />}
          rightSection={<kbd>F2</kbd>}
          onClick={() => onAct('hold')}
        >
          Hold
        </Button>
      )}
      {card.stage === 'held' && (
        <Button
          {...LOOK}
          variant="filled"
          leftSection={<ResumeIcon />}
          rightSection={<kbd>F2</kbd>}
          onClick={() => onAct('unhold')}
        >
          Resume
        </Button>
      )}
      {card.stage === 'consulting' && (
        <>
          <Button
            {...LOOK}
            variant="filled"
            disabled={!card.second_in}
            onClick={() => onAct('conclude', { onward: true })}
          >
            Pass the caller on
          </Button>
          <Button {...LOOK} leftSection={<ResumeIcon />} onClick={() => onAct('conclude', { onward: false })}>
            Back to the caller
          </Button>
        </>
      )}
      {talking && (
        <Button
          {...LOOK}
          aria-pressed={used.state.muted}
          leftSection={used.state.muted ? <MutedIcon /> : <MicrophoneIcon />}
          onClick={() => used.phone?.mute(!used.state.muted)}
        >
          {used.state.muted ? 'Unmute' : 'Mute'}
        </Button>
      )}
      {(card.stage === 'bridged' || card.stage === 'held') && <Colleagues desk={desk} onAct={onAct} />}
      <HandBack onAct={onAct} />
      {talking && (
        <Button
          {...LOOK}
          variant="light"
          color="red"
          leftSection={<HangUpIcon />}
          onClick={() => used.phone?.hangUp()}
        >
          Leave
        </Button>
      )}
    </div>
  );
}

const LOOK = { size: 'md', radius: 'lg', variant: 'default' } as const;
const MOVING: Record<string, string> = {
  joining: 'You are being connected. The caller follows in a moment.',
  returning: 'The caller goes back to the assistant, with your note.',
};

function Colleagues({ desk, onAct }: Pick<Props, 'desk' | 'onAct'>) {
  return (
    <Menu position="bottom-start" radius="lg" shadow="lg" width={260}>
      <Menu.Target>
        <Button {...LOOK} leftSection={<ConsultIcon />}>
          Consult
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>The caller waits while you talk</Menu.Label>
        {desk.colleagues.length === 0 && <Menu.Item disabled>Nobody else is there</Menu.Item>}
        {desk.colleagues.map((each) => (
          <Menu.Item
            key={each.id}
            disabled={each.presence !== 'available'}
            rightSection={PRESENCES[each.presence]}
            onClick={() => onAct('consult', { agent: each.id })}
          >
            {each.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function HandBack({ onAct }: Pick<Props, 'onAct'>) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
  return (
    <Popover opened={open} onChange={setOpen} width={340} shadow="lg" radius="lg" trapFocus returnFocus>
      <Popover.Target>
        <Button {...LOOK} leftSection={<ReturnIcon />} onClick={() => setOpen(!open)}>
          To the assistant
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Back to the assistant">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setOpen(false);
            onAct('return', { note });
          }}
        >
          <Textarea
            label="What was settled"
            description="The assistant goes on from there."
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            maxLength={2_000}
            autosize
            minRows={3}
            radius="md"
            data-autofocus
          />
          <Button type="submit" radius="md" mt="sm" fullWidth>
            Hand the caller back
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
