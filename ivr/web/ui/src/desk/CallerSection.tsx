/** Who calls: from the customer records, and what they called about before. */

import { useEffect, useState } from 'react';
import type { Caller, Card, EarlierCall } from '../app/api';
import { ask } from '../app/session';
import classes from './CallerSection.module.css';
import { callerOf, DISPOSITIONS, languageOf, OUTCOMES, reasonOf } from './words';

type Known = Caller | 'asking' | 'failed';

export function CallerSection({ card }: { card: Card }) {
  const known = useCaller(card);
  if (known === 'asking') return null;
  return (
    <section className={classes.section} aria-label="Caller">
      <h2 className={classes.name}>{known === 'failed' || !known.known ? callerOf(card) : known.name}</h2>
      {known === 'failed' || known.failed ? (
        <p className={classes.quiet}>The customer records cannot be asked just now.</p>
      ) : (
        <Facts known={known} />
      )}
      {known !== 'failed' && known.calls.length > 0 && (
        <>
          <h3 className={classes.title}>Earlier calls</h3>
          <ul className={classes.calls}>
            {known.calls.map((each) => (
              <Earlier key={each.call} each={each} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Facts({ known }: { known: Caller }) {
  if (!known.known) return <p className={classes.quiet}>Nobody is known under this number.</p>;
  return (
    <>
      <p className={classes.facts}>
        {known.segment && <span className={classes.segment}>{known.segment}</span>}
        {known.id && <span>{known.id}</span>}
        {known.prefers && <span>prefers {languageOf(known.prefers)}</span>}
      </p>
      {known.notes && <p className={classes.notes}>{known.notes}</p>}
    </>
  );
}

function Earlier({ each }: { each: EarlierCall }) {
  const came = DISPOSITIONS.find(([value]) => value === each.disposition)?.[1] ?? OUTCOMES[each.outcome];
  return (
    <li>
      <span className={classes.when}>{DAY.format(each.started_ms)}</span>
      <span>
        {each.asked ? `“${each.asked}”` : each.reason ? reasonOf(each.reason) : 'No question'}
        {came && <span className={classes.came}>{came}</span>}
      </span>
    </li>
  );
}

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Asked once for each call. */
function useCaller(card: Card): Known {
  const [known, setKnown] = useState<Known>('asking');
  const path = `/api/desk/calls/${encodeURIComponent(card.call)}/${encodeURIComponent(card.transfer)}/caller`;
  useEffect(() => {
    let over = false;
    setKnown('asking');
    ask<Caller>('GET', path).then(
      (found) => over || setKnown(found),
      () => over || setKnown('failed'),
    );
    return () => {
      over = true;
    };
  }, [path]);
  return known;
}
