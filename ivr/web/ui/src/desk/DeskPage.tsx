/** The page `/desk`: presence and telephone above; queue, call and transcript beside each other. */

import { Button, Loader } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { Card, Desk } from '../app/api';
import { type Who, whoIsIn } from '../app/session';
import { CallPanel } from './CallPanel';
import classes from './DeskPage.module.css';
import { DraftCard } from './DraftCard';
import draftClasses from './DraftCard.module.css';
import { CheckIcon } from './icons';
import { QueuePanel } from './QueuePanel';
import { TopBar } from './TopBar';
import { TranscriptPanel } from './TranscriptPanel';
import { NOTHING, type Transcript } from './transcript';
import { act, choosePresence, type DeskState, useDesk, useDoing } from './useDesk';
import { idOf, useDrafts } from './useDrafts';
import { useNow } from './useNow';
import { type UsedPhone, useSoftphone } from './useSoftphone';
import { useSupervising } from './useSupervising';
import { callerOf, languageOf, NOTICES, reasonOf } from './words';

export function DeskPage() {
  const [who, setWho] = useState<Who | null>(null);
  useEffect(() => {
    const look = (): void => {
      whoIsIn().then(
        (found) => (found.person === null ? location.replace('/signin?next=/desk') : setWho(found)),
        () => setTimeout(look, 2_000),
      );
    };
    look();
  }, []);
  return who === null ? <Loader className={classes.wait ?? ''} aria-label="Loading" /> : <SignedIn />;
}

function SignedIn() {
  const [reads, read] = useState('');
  const state = useDesk(reads);
  const used = useSoftphone(state.desk?.me.address ?? '');
  if (state.desk === null) return <Loader className={classes.wait ?? ''} aria-label="Loading" />;
  return <Opened state={state} desk={state.desk} used={used} reading={{ reads, read }} />;
}

interface OpenedProps {
  state: DeskState;
  desk: Desk;
  used: UsedPhone;
  reading: { reads: string; read(call: string): void };
}

function Opened({ state, desk, used, reading }: OpenedProps) {
  const [fault, setFault] = useState('');
  const [filtered, setFiltered] = useLocalStorage({ key: 'desk-filtered', defaultValue: true });
  const [ringing, setRinging] = useLocalStorage({ key: 'desk-ringing', defaultValue: true });
  const doing = useDoing(setFault);
  const nowMs = useNow(state.aheadMs);
  const card = chosen(desk.cards);
  const { supervise, stop } = useSupervising(desk, used, filtered, doing);
  const read = card === null ? desk.live.find((each) => each.call === reading.reads) : undefined;
  const shown = card?.call ?? read?.call;
  const drafts = useDrafts(desk, used);
  useRinging(card, used, drafts.first?.question ?? null);
  if (used.phone) used.phone.ringer.on = ringing;

  return (
    <div className={classes.page}>
      <TopBar
        desk={desk}
        used={used}
        nowMs={nowMs}
        sound={{ filtered, setFiltered, ringing, setRinging }}
        onPresence={(presence) => {
          void used.phone?.prepare(filtered);
          doing(choosePresence(presence));
        }}
        onFault={setFault}
      />
      <Banner state={state} desk={desk} fault={fault} onSeen={() => setFault('')} />
      <main className={classes.main}>
        <QueuePanel
          card={card}
          desk={desk}
          nowMs={nowMs}
          watching={{
            ...reading,
            listen: (call) => supervise(call, 'listen'),
            fetch: (call) => supervise(call, 'take_over'),
          }}
          doing={doing}
        />
        <div className={classes.middle}>
          <p role="status" className={drafts.became ? draftClasses.became : undefined}>
            {drafts.became && (
              <>
                <CheckIcon /> {drafts.became}
              </>
            )}
          </p>
          {drafts.first && (
            <DraftCard
              key={idOf(drafts.first)}
              draft={drafts.first}
              more={drafts.more}
              alone={card === null}
              nowMs={nowMs}
              doing={doing}
            />
          )}
          {(card !== null || drafts.first === null) && (
            <CallPanel
              card={card}
              desk={desk}
              used={used}
              nowMs={nowMs}
              heard={lastHeard(card ? state.transcripts.get(card.call) : undefined)}
              onAvailable={() => {
                void used.phone?.prepare(filtered);
                doing(choosePresence('available'));
              }}
              onAnswer={() => used.phone?.answer(filtered)}
              onMode={(mode) => card && supervise(card.call, mode)}
              onStop={() => card && stop(card.call)}
              onAct={(what, body) => {
                if (card === null) return;
                if (what === 'accept') used.phone?.answer(filtered);
                if (what === 'decline') used.phone?.decline();
                doing(act(card, what, body));
              }}
            />
          )}
        </div>
        <TranscriptPanel
          transcript={shown ? (state.transcripts.get(shown) ?? NOTHING) : null}
          onWrong={card && ((prompt, why) => doing(act(card, 'wrong', { prompt, why })))}
        />
      </main>
    </div>
  );
}

/** The call that the desk is about: one that rings comes before one that is to be written down. */
function chosen(cards: Card[]): Card | null {
  const order = (card: Card): number => (card.stage === 'wrap_up' ? 1 : card.stage === 'done' ? 2 : 0);
  return [...cards].sort((one, other) => order(one) - order(other))[0] ?? null;
}

function Banner({
  state,
  desk,
  fault,
  onSeen,
}: {
  state: DeskState;
  desk: Desk;
  fault: string;
  onSeen(): void;
}) {
  const lost = state.connection === 'lost';
  const told = lost
    ? 'The server does not answer. What you see may be old; it is tried again by itself.'
    : desk.stale
      ? 'The queues cannot be read just now. What you see may be old.'
      : fault;
  return (
    <div role="alert" className={classes.banners}>
      {told && (
        <div className={classes.banner} data-grave={lost}>
          <p>{told}</p>
          {told === fault && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={onSeen}>
              Got it
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** What must be noticed though nobody looks: the title, a notification, and what a screen reader says. */
function useRinging(card: Card | null, { phone }: UsedPhone, draft: string | null): void {
  const asked =
    card !== null && card.seat === 'first' && (card.stage === 'ringing' || card.stage === 'briefing');
  const told = asked ? `${reasonOf(card.reason)}: ${callerOf(card)}, ${languageOf(card.language)}` : '';

  useEffect(() => {
    document.title = told ? `☎ ${told}` : draft === null ? 'Desk' : `✎ ${draft || 'An answer waits'}`;
  }, [told, draft]);

  useEffect(() => {
    if (!told || !document.hidden || typeof Notification === 'undefined') return;
    if (Notification.permission !== 'granted') return;
    const shown = new Notification('A caller for you', { body: told, tag: 'ringing' });
    shown.onclick = () => window.focus();
    return () => shown.close();
  }, [told]);

  // What was accepted early is not wanted any more once that call is over, or gone; what a supervisor asked for is.
  const call = card?.call;
  const over = card?.stage === 'wrap_up' || card?.stage === 'done';
  useEffect(() => {
    if (over) phone?.forget();
    if (call !== undefined) return () => phone?.forget();
  }, [call, over, phone]);
}

/** Which of the caller's words came last. */
function lastHeard(transcript: Transcript | undefined): string {
  return transcript?.captions.items.findLast((item) => item.side === 'caller')?.id ?? '';
}

export function lastNotice(card: Card): string {
  const notice = card.notices.at(-1);
  return notice ? (NOTICES[notice.what] ?? '') : '';
}
