/** The call: what it is about, and what can be done with it now. */

import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Card, Desk, Mode, Presence, Stage } from '../app/api';
import { CallIcon, HangUpIcon } from '../phone/icons';
import { Actions } from './Actions';
import classes from './CallPanel.module.css';
import { lastNotice } from './DeskPage';
import { HeadsetIcon } from './icons';
import { Suggestions } from './Suggestions';
import { Summary } from './Summary';
import { Supervising } from './Supervising';
import type { DeskAction } from './useDesk';
import { useKeys } from './useKeys';
import type { UsedPhone } from './useSoftphone';
import { WrapUp } from './WrapUp';
import { callerOf, clock, languageOf, RISKS, reasonOf, STAGES } from './words';

export interface CallProps {
  card: Card | null;
  desk: Desk;
  used: UsedPhone;
  nowMs: number;
  /** Changes whenever the caller has said something. */
  heard: string;
  onAvailable(): void;
  onAnswer(): void;
  onAct(what: DeskAction, body?: object): void;
  /** Of a supervisor: be heard otherwise, or be out again. */
  onMode(mode: Mode): void;
  onStop(): void;
}

const TALKING: readonly Stage[] = ['bridged', 'held', 'consulting'];

export function CallPanel(props: CallProps) {
  const { card } = props;
  return (
    <section className={classes.panel} aria-label="Call" data-ringing={card !== null && isAsked(card)}>
      {card === null ? <Nobody {...props} /> : <Someone {...props} card={card} />}
    </section>
  );
}

export function isAsked(card: Card): boolean {
  return card.seat === 'first' && (card.stage === 'ringing' || card.stage === 'briefing');
}

const NO_CALLS: Partial<Record<Presence, string>> = {
  away: 'A call rang here and was not answered, so callers go to others. Say when you are there again.',
  break: 'Enjoy your break. Callers reach you here when you are available again.',
};

/** A colleague asks for this agent, and the telephone in the page rings for that. */
function isConsulted(card: Card, used: UsedPhone): boolean {
  return card.seat === 'second' && card.stage === 'consulting' && used.state.stage === 'ringing';
}

function Nobody({ desk, onAvailable }: CallProps) {
  const available = desk.me.presence === 'available';
  return (
    <div className={classes.nobody}>
      <span className={classes.mark} data-live={available}>
        <HeadsetIcon size={34} />
      </span>
      <h2 className={classes.nobodyTitle}>
        {available ? 'Ready for the next caller' : 'You get no calls now'}
      </h2>
      <p className={classes.nobodyText}>
        {available
          ? 'When somebody needs you, this rings. You read why they call before you take it.'
          : (NO_CALLS[desk.me.presence] ?? 'Become available, and callers who need a person reach you here.')}
      </p>
      {available ? (
        <p className={classes.keys}>
          <kbd>F8</kbd> accepts <kbd>F9</kbd> declines <kbd>F2</kbd> holds and resumes
        </p>
      ) : (
        <Button size="lg" radius="lg" onClick={onAvailable}>
          Go available
        </Button>
      )}
    </div>
  );
}

function Someone({ card, ...props }: CallProps & { card: Card }) {
  const { used, nowMs, onAct } = props;
  const consulted = isConsulted(card, used);
  useKeys(consulted ? { F8: props.onAnswer, F9: () => onAct('decline') } : keysOf(card, onAct));
  const notice = lastNotice(card);
  return (
    <>
      <header className={classes.head} data-risk={card.risk}>
        <div className={classes.first}>
          <p className={classes.stage} data-stage={card.stage} role="status">
            <span className={classes.dot} />
            {stageOf(card)}
          </p>
          {card.risk !== 'usual' && <p className={classes.risk}>{RISKS[card.risk]}</p>}
          <p className={classes.clock} role="timer" aria-label="Time in this stage">
            {clock(nowMs - card.stage_ms)}
          </p>
        </div>
        <h2 className={classes.reason}>{reasonOf(card.reason)}</h2>
        <dl className={classes.facts}>
          <Fact name="Caller" value={callerOf(card)} />
          <Fact name="Language" value={languageOf(card.language)} />
          <Fact name={waits(card) ? 'Has waited' : 'Waited'} value={clock(waited(card, nowMs))} />
          <Fact name="Queue" value={card.queue} />
        </dl>
      </header>
      {(isAsked(card) || consulted) && <Asked card={card} {...props} />}
      {notice && (
        <p className={classes.notice} role="status">
          {notice}
        </p>
      )}
      {card.seat === 'supervisor' ? (
        <Supervising card={card} onMode={props.onMode} onStop={props.onStop} />
      ) : card.stage === 'wrap_up' ? (
        <WrapUp card={card} nowMs={nowMs} onSave={(body) => onAct('wrap-up', body)} />
      ) : (
        !isAsked(card) && !consulted && <Actions card={card} desk={props.desk} used={used} onAct={onAct} />
      )}
      {TALKING.includes(card.stage) && card.seat !== 'supervisor' && (
        <Suggestions card={card} heard={props.heard} onAct={onAct} />
      )}
      <Summary card={card} />
    </>
  );
}

function keysOf(card: Card, onAct: CallProps['onAct']) {
  if (card.seat === 'supervisor') return {};
  if (isAsked(card)) return { F8: () => onAct('accept'), F9: () => onAct('decline') };
  if (card.stage === 'bridged') return { F2: () => onAct('hold') };
  if (card.stage === 'held') return { F2: () => onAct('unhold') };
  return {};
}

/** Accept or decline: the focus comes here, unless somebody is typing. */
function Asked({ card, used, onAct, onAnswer }: CallProps & { card: Card }) {
  const accept = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) accept.current?.focus();
  }, []);
  const ringsHere = used.state.stage === 'ringing' && card.seat === 'first';
  return (
    <div className={classes.asked}>
      <button
        ref={accept}
        type="button"
        className={classes.accept}
        onClick={() => (card.seat === 'second' ? onAnswer() : onAct('accept'))}
      >
        <CallIcon /> {card.seat === 'second' ? 'Answer' : 'Accept'} <kbd>F8</kbd>
      </button>
      <button type="button" className={classes.decline} onClick={() => onAct('decline')}>
        <HangUpIcon /> Decline <kbd>F9</kbd>
      </button>
      {ringsHere && card.stage === 'ringing' && (
        <Button variant="subtle" size="sm" radius="lg" className={classes.listen ?? ''} onClick={onAnswer}>
          Listen to the briefing first
        </Button>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function stageOf(card: Card): string {
  if (card.seat === 'supervisor') return `${card.agent_name}: ${STAGES[card.stage]}`;
  if (card.seat === 'second')
    return card.stage === 'consulting' ? 'A colleague asks for you' : STAGES[card.stage];
  return STAGES[card.stage];
}

function waits(card: Card): boolean {
  return card.stage === 'queued' || isAsked(card) || card.stage === 'joining';
}

/** From the wish for a person until they were connected. */
function waited(card: Card, nowMs: number): number {
  return (waits(card) ? nowMs : card.met_ms || card.stage_ms) - card.wanted_ms;
}
