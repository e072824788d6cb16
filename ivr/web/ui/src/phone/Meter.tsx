/** A level meter. It draws with the screen, outside of React; what a screen reader hears of it changes twice a second. */

import { type ReactNode, useEffect, useRef } from 'react';
import { FLOOR_DBFS, meterFill } from '../audio/level';
import classes from './Meter.module.css';

const FALL = 0.06; // of the whole, a picture: fast up, slow down, as meters do
const TOLD_EVERY_MS = 500;

interface Props {
  label: string;
  icon: ReactNode;
  live: boolean;
  read(): number | undefined;
}

export function Meter({ label, icon, live, read }: Props) {
  const meter = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!live) return;
    let filled = 0;
    let toldMs = 0;
    let picture = 0;
    const draw = (nowMs: number): void => {
      filled = Math.max(meterFill(read() ?? FLOOR_DBFS), filled - FALL);
      if (bar.current) bar.current.style.transform = `scaleX(${filled.toFixed(3)})`;
      if (meter.current && nowMs - toldMs > TOLD_EVERY_MS) {
        toldMs = nowMs;
        meter.current.setAttribute('aria-valuenow', String(Math.round(filled * 100)));
      }
      picture = requestAnimationFrame(draw);
    };
    picture = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(picture);
      if (bar.current) bar.current.style.transform = 'scaleX(0)';
    };
  }, [live, read]);

  return (
    <div className={classes.meter} data-live={live}>
      <span className={classes.icon}>{icon}</span>
      <div
        ref={meter}
        className={classes.track}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
      >
        <div ref={bar} className={classes.bar} />
      </div>
    </div>
  );
}
