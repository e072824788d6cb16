/** What was said with the assistant, as it is said; every turn of the assistant can be marked as wrong. */

import { ActionIcon, Button, Popover, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { CaptionsIcon } from '../phone/icons';
import { NOTES } from '../phone/words';
import { FlagIcon } from './icons';
import classes from './TranscriptPanel.module.css';
import { type Row, rows, type Transcript } from './transcript';
import { HAPPENED } from './words';

interface Props {
  /** Null while there is no call. */
  transcript: Transcript | null;
  /** Null where nothing can be marked: a call that is only read along. */
  onWrong: ((prompt: string, why: string) => void) | null;
}

const NEAR_END_PX = 120;

export function TranscriptPanel({ transcript, onWrong }: Props) {
  const log = useRef<HTMLDivElement>(null);
  const read = transcript ? rows(transcript) : [];

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is scrolled to, unless one reads further up
  useEffect(() => {
    const box = log.current;
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX + 80) {
      box.scrollTop = box.scrollHeight;
    }
  }, [transcript]);

  return (
    <section className={classes.panel} aria-label="Transcript">
      <h2 className={classes.title}>Transcript</h2>
      <div
        ref={log}
        className={classes.log}
        role="log"
        aria-label="What is said"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {read.length === 0 ? (
          <div className={classes.nothing}>
            <CaptionsIcon />
            <p>What caller and assistant say to each other is read here, as it is said.</p>
          </div>
        ) : (
          read.map((row, place) => (
            <Line
              key={row.id}
              row={row}
              first={read[place - 1]?.side !== row.side}
              wrong={transcript?.wrong.includes(row.id) ?? false}
              onWrong={onWrong && ((why) => onWrong(row.id, why))}
            />
          ))
        )}
      </div>
    </section>
  );
}

/** An approved answer that the agent had said in the room: no turn of the assistant's own. */
function saidForAgent(id: string): boolean {
  return id.startsWith('room-');
}

function Line({
  row,
  first,
  wrong,
  onWrong,
}: {
  row: Row;
  first: boolean;
  wrong: boolean;
  onWrong: ((why: string) => void) | null;
}) {
  switch (row.side) {
    case 'stage':
      return <p className={classes.stage}>{HAPPENED[row.stage]}</p>;
    case 'supervised':
      return <p className={classes.stage}>{row.text}</p>;
    case 'note':
      return <p className={classes.note}>{NOTES[row.note]}</p>;
    case 'keys':
      return <p className={classes.note}>Caller pressed {row.keys}</p>;
    case 'caller':
      return (
        <div className={classes.caller}>
          {first && <p className={classes.who}>Caller</p>}
          <p className={classes.words} lang={row.language}>
            {row.text || '…'}
          </p>
        </div>
      );
    case 'agent':
      return (
        <div className={classes.agent}>
          {first && <p className={classes.who}>{row.name || 'Agent'}</p>}
          <p className={classes.words} lang={row.language}>
            {row.text}
          </p>
        </div>
      );
    case 'assistant':
      return (
        <div className={classes.assistant} data-wrong={wrong}>
          {first && <p className={classes.who}>Assistant</p>}
          <div className={classes.said}>
            <p className={classes.words} lang={row.language}>
              {row.said === 'cut' ? `${row.text} …` : row.text}
              {row.said === 'cut' && <span className={classes.cut}>interrupted</span>}
            </p>
            {!wrong && onWrong && !saidForAgent(row.id) && <Mark text={row.text} onWrong={onWrong} />}
          </div>
          {wrong && <span className={classes.marked}>Marked wrong</span>}
        </div>
      );
  }
}

function Mark({ text, onWrong }: { text: string; onWrong(why: string): void }) {
  const [open, setOpen] = useState(false);
  const [why, setWhy] = useState('');
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={320}
      shadow="lg"
      radius="lg"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          className={classes.flag ?? ''}
          variant="subtle"
          color="gray"
          size={28}
          radius="md"
          aria-label={`The assistant got this wrong: ${text.slice(0, 60)}`}
          onClick={() => setOpen(!open)}
        >
          <FlagIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="The assistant got this wrong">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onWrong(why);
            setOpen(false);
          }}
        >
          <Textarea
            label="The assistant got this wrong"
            description="What should it have said? You may leave this empty."
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
            maxLength={2_000}
            autosize
            minRows={2}
            radius="md"
            data-autofocus
          />
          <Button type="submit" size="sm" radius="md" mt="sm" color="red" fullWidth>
            Mark as wrong
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
