/** Every call of this moment, for supervisors: to be listened to, read along, or taken over. */

import { Button, VisuallyHidden } from '@mantine/core';
import type { Desk, LiveCall, Stage } from '../app/api';
import classes from './QueuePanel.module.css';
import { clock, NOT_RUNG, reasonOf, STAGES, spacedNumber } from './words';

export interface Watching {
  /** The call that is read along; "" for none. */
  reads: string;
  read(call: string): void;
  listen(call: string): void;
  fetch(call: string): void;
}

const TOGETHER: readonly (Stage | null)[] = ['bridged', 'held', 'consulting'];

export function LiveCalls({ desk, nowMs, watching }: { desk: Desk; nowMs: number; watching: Watching }) {
  const own = new Set(desk.cards.map((card) => card.call));
  return desk.live.map((each) => (
    <Line
      key={`${each.call} ${each.agent}`}
      each={each}
      own={own.has(each.call)}
      free={desk.cards.length === 0}
      me={desk.me.agent}
      nowMs={nowMs}
      watching={watching}
    />
  ));
}

interface LineProps {
  each: LiveCall;
  own: boolean;
  free: boolean;
  me: string | null;
  nowMs: number;
  watching: Watching;
}

function Line({ each, own, free, me, nowMs, watching }: LineProps) {
  const who = each.agent || 'Assistant';
  const caller = each.caller ? spacedNumber(each.caller) : 'number withheld';
  const about = each.reason ? ` · ${reasonOf(each.reason)}` : '';
  const { supervised } = each;
  const reading = watching.reads === each.call;
  return (
    <li className={classes.live}>
      <div className={classes.row} data-risk={each.risk}>
        <span className={classes.place}>☎</span>
        <span className={classes.what}>
          <strong>{who}</strong>
          <span>
            {each.stage === null ? caller : STAGES[each.stage]}
            {about}
          </span>
          {supervised && supervised.state !== 'off' && supervised.by !== me && (
            <span>{supervised.name} supervises</span>
          )}
          {supervised?.by === me && supervised?.state === 'off' && NOT_RUNG[supervised.why] && (
            <span role="alert">{NOT_RUNG[supervised.why]}</span>
          )}
        </span>
        <time className={classes.time}>{clock(nowMs - each.stage_ms)}</time>
      </div>
      {!own && free && (
        <div className={classes.doing}>
          {TOGETHER.includes(each.stage) && (supervised === null || supervised.state === 'off') && (
            <Button {...LOOK} onClick={() => watching.listen(each.call)}>
              Listen<VisuallyHidden> to {who}</VisuallyHidden>
            </Button>
          )}
          {each.stage === 'queued' && (
            <Button {...LOOK} onClick={() => watching.fetch(each.call)}>
              Take over<VisuallyHidden> {caller}</VisuallyHidden>
            </Button>
          )}
          <Button {...LOOK} onClick={() => watching.read(reading ? '' : each.call)}>
            {reading ? 'Stop reading' : 'Read along'}
            <VisuallyHidden>
              {' '}
              {who}, {caller}
            </VisuallyHidden>
          </Button>
        </div>
      )}
    </li>
  );
}

const LOOK = { size: 'compact-sm', variant: 'default', radius: 'md' } as const;
