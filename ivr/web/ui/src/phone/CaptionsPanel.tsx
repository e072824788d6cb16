/** Live captions of both sides, and how fast the last reply came. */

import { useEffect, useRef } from 'react';
import classes from './CaptionsPanel.module.css';
import { type Captions, type Item, shown, type Timing } from './captions';
import { CaptionsIcon } from './icons';
import { NOTES } from './words';

/** What a caller waits for, in order; the names are those of the server's stages. */
const STAGES: [name: string, label: string][] = [
  ['endpoint', 'noticing the end'],
  ['wait', 'understanding'],
  ['decide', 'deciding'],
  ['speech', 'first sound'],
];
const NEAR_END_PX = 80;

export function CaptionsPanel({ captions, talking }: { captions: Captions; talking: boolean }) {
  const log = useRef<HTMLDivElement>(null);
  const items = shown(captions);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is scrolled to, unless one reads further up
  useEffect(() => {
    const box = log.current;
    if (
      box &&
      box.scrollHeight - box.scrollTop - box.clientHeight <
        NEAR_END_PX + (box.lastElementChild?.clientHeight ?? 0)
    ) {
      box.scrollTop = box.scrollHeight;
    }
  }, [captions]);

  return (
    <section className={classes.panel} aria-label="Live captions">
      <div className={classes.head}>
        <h2 className={classes.title}>Live captions</h2>
        {captions.timing && <Reply timing={captions.timing} />}
      </div>
      <div
        ref={log}
        className={classes.log}
        role="log"
        aria-live="polite"
        aria-label="What is said"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {items.length === 0 ? (
          <Nothing talking={talking} />
        ) : (
          items.map((item, place) => (
            <Line key={item.id} item={item} first={items[place - 1]?.side !== item.side} />
          ))
        )}
      </div>
    </section>
  );
}

/** `first` of those that one side says in a row. */
function Line({ item, first }: { item: Item; first: boolean }) {
  switch (item.side) {
    case 'note':
      return <p className={classes.note}>{NOTES[item.note]}</p>;
    case 'keys':
      return (
        <p className={classes.note}>
          Keys <kbd className={classes.keys}>{item.keys}</kbd>
        </p>
      );
    case 'caller':
      return (
        <div className={classes.caller} data-first={first}>
          {first && <p className={classes.who}>You</p>}
          <p className={classes.words} lang={item.language}>
            {item.text || '…'}
          </p>
        </div>
      );
    case 'agent':
      return (
        <div className={classes.assistant} data-first={first}>
          {first && <p className={classes.who}>{item.name || 'Agent'}</p>}
          <p className={classes.words} lang={item.language}>
            {item.text}
          </p>
        </div>
      );
    case 'assistant':
      return (
        <div className={classes.assistant} data-first={first}>
          {first && (
            <p className={classes.who}>
              Assistant
              {item.tookMs !== null && <span className={classes.took}>after {seconds(item.tookMs)}</span>}
            </p>
          )}
          <p className={classes.words} lang={item.language}>
            {item.said === 'cut' ? `${item.text} …` : item.text}
            {item.said === 'cut' && <span className={classes.cut}>interrupted</span>}
            {item.said === 'speaking' && <Speaking />}
          </p>
        </div>
      );
  }
}

/** Three bars that move while it is being said. */
function Speaking() {
  return (
    <span className={classes.speaking} aria-hidden="true">
      <span />
      <span />
      <span />
    </span>
  );
}

/** Voice to voice: from the caller's last word to the first sound of the reply. */
function Reply({ timing }: { timing: Timing }) {
  const parts = STAGES.map(([name, label]) => ({ name, label, ms: Math.round(timing.stagesMs[name] ?? 0) }));
  return (
    <div className={classes.reply}>
      <p className={classes.replyText}>
        Last reply after <strong>{seconds(timing.tookMs)}</strong>
      </p>
      <div
        className={classes.stages}
        role="img"
        aria-label={parts.map((part) => `${part.label} ${part.ms} milliseconds`).join(', ')}
        title={parts.map((part) => `${part.label} ${part.ms} ms`).join('\n')}
      >
        {parts.map((part) => (
          <span
            key={part.name}
            className={classes.stage}
            data-stage={part.name}
            style={{ flexGrow: part.ms }}
          />
        ))}
      </div>
    </div>
  );
}

function Nothing({ talking }: { talking: boolean }) {
  return (
    <div className={classes.nothing}>
      <span className={classes.mark}>
        <CaptionsIcon />
      </span>
      <p className={classes.nothingTitle}>{talking ? 'Listening' : 'Read along while you talk'}</p>
      <ul className={classes.hints}>
        <li>Ask a question in your own words.</li>
        <li>Speak over the assistant whenever you like.</li>
        <li>
          Say “a person”, or press <kbd className={classes.keys}>0</kbd>, at any time.
        </li>
      </ul>
    </div>
  );
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
