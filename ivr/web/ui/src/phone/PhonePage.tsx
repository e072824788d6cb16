/** The page `/phone`: a caller's telephone beside live captions of the call. */

import { Badge, Button, Loader } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import logo from '../style/icon.svg';
import { CaptionsPanel } from './CaptionsPanel';
import { EXAMPLE } from './ownNumber';
import classes from './PhonePage.module.css';
import { PhonePanel } from './PhonePanel';
import { Settings } from './Settings';
import { type Facts, fetchFacts } from './server';
import { usePhone } from './usePhone';
import { spaced } from './words';

type Known = Facts | 'asking' | 'unreachable';

const LINES: Record<Facts['line'], string> = {
  local: 'Demo line',
  carrier: 'Live line',
  elsewhere: 'Demo line',
};

export function PhonePage() {
  const [facts, ask] = useFacts();
  const [filtered, setFiltered] = useLocalStorage({
    key: 'phone-filtered',
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const [from, setFrom] = useLocalStorage({
    key: 'phone-own-number',
    defaultValue: EXAMPLE,
    getInitialValueInEffect: false,
  });
  const known = typeof facts === 'object';

  useEffect(() => {
    if (known) document.title = `${facts.business}: phone`;
  }, [known, facts]);

  return (
    <div className={classes.page}>
      <header className={classes.top}>
        <img className={classes.logo} src={logo} alt="" width={36} height={36} />
        <h1 className={classes.brand}>{known ? facts.business : 'Phone'}</h1>
        {known && (
          <Badge className={classes.badge ?? ''} variant="default" size="lg" radius="md">
            {LINES[facts.line]}
          </Badge>
        )}
        <span className={classes.space} />
        <Settings filtered={filtered} onFiltered={setFiltered} from={from} onFrom={setFrom} />
      </header>
      <main className={classes.main}>
        <Middle facts={facts} from={from} filtered={filtered} ask={ask} />
      </main>
    </div>
  );
}

interface Line {
  from: string;
  filtered: boolean;
}

function Middle({ facts, ask, ...line }: Line & { facts: Known; ask(): void }) {
  if (facts === 'asking') return <Loader className={classes.wait ?? ''} aria-label="Loading" />;
  if (facts === 'unreachable') {
    return (
      <Card title="The server does not answer">
        <p>
          Start it with <code>scripts/serve</code>, then try again.
        </p>
        <Button size="md" radius="lg" onClick={ask}>
          Try again
        </Button>
      </Card>
    );
  }
  if (facts.line === 'carrier') {
    return (
      <Card title={`${facts.business} has a real telephone number`}>
        <p>
          Calls come over the telephone network, so there is nothing to call from this page. Take a telephone
          and dial
        </p>
        {facts.number ? (
          <a className={classes.dial} href={`tel:${facts.number}`}>
            {spaced(facts.number)}
          </a>
        ) : (
          <p>the number that your carrier connects to this server.</p>
        )}
      </Card>
    );
  }
  if (facts.line === 'elsewhere') {
    return (
      <Card title="Open this page on the server’s own machine">
        <p>
          The demo line can be called only from the machine that runs it. There, open{' '}
          <code>http://127.0.0.1:{location.port || '80'}/phone</code>.
        </p>
      </Card>
    );
  }
  return <Call facts={facts} {...line} />;
}

function Call({ facts, from, filtered }: Line & { facts: Facts }) {
  const phone = usePhone(facts.number, from, filtered);
  return (
    <div className={classes.call}>
      <PhonePanel facts={facts} phone={phone} />
      <CaptionsPanel captions={phone.captions} talking={phone.call.stage === 'talking'} />
    </div>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{title}</h2>
      {children}
    </section>
  );
}

function useFacts(): [Known, () => void] {
  const [facts, setFacts] = useState<Known>('asking');
  const asked = useRef(new AbortController());

  const ask = useCallback(() => {
    asked.current.abort();
    const gone = new AbortController();
    asked.current = gone;
    setFacts('asking');
    fetchFacts(gone.signal).then(setFacts, () => gone.signal.aborted || setFacts('unreachable'));
  }, []);

  useEffect(() => {
    ask();
    return () => asked.current.abort();
  }, [ask]);

  return [facts, ask];
}
