/** Why the caller needs a person: lines that each cite the turns they stand on. */

import type { Card } from '../app/api';
import classes from './Summary.module.css';

/** The first that one wants to read comes first; others follow as they were told. */
const FIRST = ['why', 'next', 'open', 'asked', 'told', 'given', 'mood'];
const LABELS: Record<string, string> = {
  who: 'Caller',
  language: 'Language',
  why: 'Why',
  asked: 'Asked',
  told: 'Was told',
  open: 'Unresolved',
  given: 'Gave',
  callback: 'Call back',
  mood: 'Mood',
  next: 'Next step',
};
/** In the head of the call, or beside it. */
const ELSEWHERE = ['language', 'who'];

export function Summary({ card }: { card: Card }) {
  const place = (kind: string): number => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
  const lines = card.summary
    .filter((line) => !ELSEWHERE.includes(line.kind))
    .sort((one, other) => place(one.kind) - place(other.kind));
  if (lines.length === 0) return null;
  return (
    <section className={classes.summary} aria-label="Summary">
      <h3 className={classes.title}>What happened so far</h3>
      <ul className={classes.lines}>
        {lines.map((line) => (
          <li key={`${line.kind} ${line.text}`} className={classes.line} data-kind={line.kind}>
            <span className={classes.kind}>{LABELS[line.kind] ?? line.kind}</span>
            <span className={classes.text}>
              {bare(line.text, LABELS[line.kind] ?? '')}
              {line.turns.length > 0 && (
                <span className={classes.turns}>
                  {line.turns.length === 1 ? 'turn' : 'turns'} {line.turns.join(', ')}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The label stands beside the line: "Asked: …" need not say it again. */
function bare(text: string, label: string): string {
  for (const prefix of [`${label}: `, 'Next: ', 'Not answered: ']) {
    if (prefix.length > 2 && text.startsWith(prefix))
      return text[prefix.length]?.toUpperCase() + text.slice(prefix.length + 1);
  }
  return text;
}
