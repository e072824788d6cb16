/** Who waits, who was promised a call back, and what colleagues do. */

import { Button, Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import type { Card, Colleague, Desk, InQueue, Message, Promised } from '../app/api';
import { ask } from '../app/session';
import { CallerSection } from './CallerSection';
import { LiveCalls, type Watching } from './LiveCalls';
import classes from './QueuePanel.module.css';
import { choosePresenceOf } from './useDesk';
import { clock, languageOf, PRESENCES, RISKS, reasonOf, spacedNumber } from './words';

interface Props {
  /** The call of this desk, if there is one. */
  card: Card | null;
  desk: Desk;
  nowMs: number;
  watching: Watching;
  doing(work: Promise<unknown>): void;
}

export function QueuePanel({ card, desk, nowMs, watching, doing }: Props) {
  const supervises = desk.me.role !== 'agent';
  return (
    <aside className={classes.panel} aria-label="Queue and colleagues">
      {card !== null && <CallerSection card={card} />}
      {supervises && (
        <Section title="Live calls" count={desk.live.length} empty="Nobody calls just now.">
          <LiveCalls desk={desk} nowMs={nowMs} watching={watching} />
        </Section>
      )}
      <Section title="Waiting" count={desk.queue.length} empty="Nobody waits.">
        {desk.queue.map((each) => (
          <Waiting key={each.call} each={each} nowMs={nowMs} />
        ))}
      </Section>
      {desk.callbacks.length > 0 && (
        <Section title="To be called back" count={desk.callbacks.length} empty="">
          {desk.callbacks.map((each) => (
            <CallBack key={each.id} each={each} nowMs={nowMs} />
          ))}
        </Section>
      )}
      {desk.messages.length > 0 && (
        <Section title="Messages" count={desk.messages.length} empty="">
          {desk.messages.map((each) => (
            <Left key={each.recording} each={each} nowMs={nowMs} doing={doing} />
          ))}
        </Section>
      )}
      <Section title="Colleagues" count={desk.colleagues.length} empty="No other agents yet.">
        {desk.colleagues.map((each) => (
          <Other key={each.id} each={each} nowMs={nowMs} supervises={supervises} doing={doing} />
        ))}
      </Section>
    </aside>
  );
}

function Section({
  title,
  count,
  empty,
  children,
}: {
  title: string;
  count: number;
  empty: string;
  children: React.ReactNode;
}) {
  return (
    <section className={classes.section}>
      <h2 className={classes.title}>
        {title}
        <span className={classes.count}>{count}</span>
      </h2>
      {count === 0 ? <p className={classes.empty}>{empty}</p> : <ul className={classes.list}>{children}</ul>}
    </section>
  );
}

function Waiting({ each, nowMs }: { each: InQueue; nowMs: number }) {
  return (
    <li className={classes.row} data-risk={each.risk}>
      <span className={classes.place}>{each.position || '☎'}</span>
      <span className={classes.what}>
        <strong>{reasonOf(each.reason)}</strong>
        <span>
          {languageOf(each.language)}
          {each.risk !== 'usual' && <em className={classes.risk}>{RISKS[each.risk]}</em>}
          {each.position === 0 && ' · being rung'}
        </span>
      </span>
      <time className={classes.time}>{clock(nowMs - each.since_ms)}</time>
    </li>
  );
}

function CallBack({ each, nowMs }: { each: Promised; nowMs: number }) {
  return (
    <li className={classes.row}>
      <span className={classes.place}>↩</span>
      <span className={classes.what}>
        <strong>{spacedNumber(each.number)}</strong>
        <span>
          {reasonOf(each.reason)}
          {each.attempts > 0 && ` · tried ${each.attempts}×`}
        </span>
      </span>
      <time className={classes.time}>{clock(nowMs - each.since_ms)}</time>
    </li>
  );
}

/** A message: its words, its sound, and that it was dealt with. */
function Left({ each, nowMs, doing }: { each: Message; nowMs: number; doing: Props['doing'] }) {
  const from = each.caller ? spacedNumber(each.caller) : 'Number withheld';
  return (
    <li className={classes.message}>
      <p className={classes.from}>
        <strong>{from}</strong>
        <time className={classes.time}>{clock(nowMs - each.left_ms)}</time>
      </p>
      {each.words && (
        <p className={classes.words} lang={each.language}>
          “{each.words}”
        </p>
      )}
      {/* biome-ignore lint/a11y/useMediaCaption: its words stand above, as far as they could be made out */}
      <audio
        className={classes.sound}
        controls
        preload="none"
        src={messagePath(each, 'audio')}
        aria-label={`Message of ${from}`}
      />
      <Button
        size="compact-sm"
        variant="default"
        radius="md"
        onClick={() => doing(ask('POST', messagePath(each, 'done'), {}))}
      >
        Dealt with
      </Button>
    </li>
  );
}

function messagePath(each: Message, what: string): string {
  return `/api/desk/messages/${encodeURIComponent(each.call)}/${encodeURIComponent(each.recording)}/${what}`;
}

const CHOICES = ['available', 'busy', 'break', 'offline'] as const;

function Other({
  each,
  nowMs,
  supervises,
  doing,
}: {
  each: Colleague;
  nowMs: number;
  supervises: boolean;
  doing: Props['doing'];
}) {
  const body = (
    <>
      <span className={classes.dot} data-presence={each.presence} />
      <span className={classes.what}>
        <strong>{each.name}</strong>
        <span>
          {PRESENCES[each.presence]}
          {each.languages.length > 0 && ` · ${each.languages.map((tag) => tag.toUpperCase()).join(' ')}`}
        </span>
      </span>
      <time className={classes.time}>{clock(nowMs - each.since_ms)}</time>
    </>
  );
  if (!supervises) return <li className={classes.row}>{body}</li>;
  return (
    <li>
      <Menu position="right-start" radius="lg" shadow="lg">
        <Menu.Target>
          <UnstyledButton className={classes.row}>
            {body}
            <VisuallyHidden>change</VisuallyHidden>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Set {each.name} to</Menu.Label>
          {CHOICES.map((choice) => (
            <Menu.Item key={choice} onClick={() => doing(choosePresenceOf(each.id, choice))}>
              {PRESENCES[choice]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
