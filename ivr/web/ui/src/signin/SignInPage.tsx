/** The page `/signin`: name and password; and, after a one-time password, choosing one's own. */

import { Button, Loader, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { choosePassword, Refused, signIn, signOut, type Who, whoIsIn } from '../app/session';
import logo from '../style/icon.svg';
import { nextPage } from './next';
import classes from './SignInPage.module.css';

type Step = 'looking' | 'signing in' | 'choosing' | 'leaving';

export function SignInPage() {
  const [step, setStep] = useState<Step>('looking');
  const [business, setBusiness] = useState('');
  const [fault, setFault] = useState<Refused | null>(null);
  /** The one-time password just typed: it need not be typed again. */
  const [known, setKnown] = useState('');

  const take = useCallback((who: Who) => {
    setBusiness(who.business);
    if (who.person === null) setStep('signing in');
    else if (who.must_change) setStep('choosing');
    else {
      setStep('leaving');
      location.replace(nextPage(location.search));
    }
  }, []);

  useEffect(() => {
    whoIsIn().then(take, (refused: Refused) => {
      setFault(refused);
      setStep('signing in');
    });
  }, [take]);

  if (step === 'looking' || step === 'leaving') {
    return <Loader className={classes.wait ?? ''} aria-label="Loading" />;
  }
  return (
    <div className={classes.page}>
      <main className={classes.card}>
        <header className={classes.top}>
          <img className={classes.logo} src={logo} alt="" width={44} height={44} />
          <p className={classes.business}>{business || 'Contact center'}</p>
        </header>
        {step === 'signing in' ? (
          <SigningIn
            before={fault}
            onIn={(who, password) => {
              setKnown(password);
              take(who);
            }}
          />
        ) : (
          <Choosing known={known} onIn={take} onBack={() => setStep('signing in')} />
        )}
      </main>
    </div>
  );
}

function SigningIn({ before, onIn }: { before: Refused | null; onIn(who: Who, password: string): void }) {
  const form = useForm(before);
  return (
    <Form
      title="Sign in"
      lead="To the desk, where callers are taken over from the assistant."
      form={form}
      submit="Sign in"
      onSubmit={async (fields) => {
        const password = fields.get('password') ?? '';
        onIn(await signIn(fields.get('name') ?? '', password), password);
      }}
    >
      <TextInput
        name="name"
        label="Name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        data-autofocus
        size="md"
        radius="lg"
      />
      <PasswordInput
        name="password"
        label="Password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        size="md"
        radius="lg"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
      />
    </Form>
  );
}

function Choosing({ known, onIn, onBack }: { known: string; onIn(who: Who): void; onBack(): void }) {
  const form = useForm(null);
  return (
    <Form
      title="Choose your password"
      lead="Somebody else made the one you have. Choose one that only you know: at least 12 characters; a few words in a row are easy to remember."
      form={form}
      submit="Keep this password"
      onSubmit={async (fields) => {
        const chosen = fields.get('chosen') ?? '';
        if (chosen !== fields.get('again')) {
          throw new Refused('differ', 'The two are not the same. Type the new password twice.');
        }
        onIn(await choosePassword(known || (fields.get('current') ?? ''), chosen));
      }}
      footer={
        <Button variant="subtle" size="md" radius="lg" onClick={() => signOut().then(onBack, form.setFault)}>
          Sign in as somebody else
        </Button>
      }
    >
      {!known && (
        <PasswordInput
          name="current"
          label="Password you were given"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          size="md"
          radius="lg"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password you were given', tabIndex: 0 }}
        />
      )}
      <PasswordInput
        name="chosen"
        label="New password"
        autoComplete="new-password"
        required
        withAsterisk={false}
        data-autofocus={known ? true : undefined}
        size="md"
        radius="lg"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the new password', tabIndex: 0 }}
      />
      <PasswordInput
        name="again"
        label="New password again"
        autoComplete="new-password"
        required
        withAsterisk={false}
        size="md"
        radius="lg"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the repeated password', tabIndex: 0 }}
      />
    </Form>
  );
}

interface FormState {
  fault: Refused | null;
  setFault(fault: Refused | null): void;
}

function useForm(before: Refused | null): FormState {
  const [fault, setFault] = useState<Refused | null>(before);
  return { fault, setFault };
}

interface FormProps {
  title: string;
  lead: string;
  form: FormState;
  submit: string;
  onSubmit(fields: Map<string, string>): Promise<void>;
  children: ReactNode;
  footer?: ReactNode;
}

/** A form that says what went wrong, and counts down when one has to wait. */
function Form({ title, lead, form, submit, onSubmit, children, footer }: FormProps) {
  const [busy, setBusy] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const left = useCountdown(form.fault);

  useEffect(() => {
    element.current?.querySelector<HTMLInputElement>('input[data-autofocus]')?.focus();
  }, []);

  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (busy || left > 0) return;
    const fields = new Map(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    setBusy(true);
    form.setFault(null);
    try {
      await onSubmit(fields);
    } catch (error) {
      form.setFault(error instanceof Refused ? error : new Refused('failed', String(error)));
      const password = element.current?.querySelector<HTMLInputElement>('input[type="password"]');
      password?.focus();
      password?.select();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={element} className={classes.form} onSubmit={send} aria-labelledby="title">
      <div>
        <h1 id="title" className={classes.title}>
          {title}
        </h1>
        <p className={classes.lead}>{lead}</p>
      </div>
      <div role="alert">
        {form.fault !== null && (
          <p className={classes.fault}>
            {form.fault.message}
            {form.fault.retryS !== null &&
              (left > 0 ? ` Wait ${wait(form.fault.retryS)}.` : ' You can try again now.')}
          </p>
        )}
      </div>
      {children}
      <Button
        type="submit"
        size="lg"
        radius="lg"
        className={classes.submit ?? ''}
        loading={busy}
        {...(left > 0 ? { 'data-disabled': true } : {})}
        aria-disabled={left > 0}
      >
        {left > 0 ? `Wait ${left} s` : submit}
      </Button>
      {footer}
    </form>
  );
}

/** Seconds still to wait; said once, and counted where it is seen only. */
function useCountdown(fault: Refused | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = performance.now() + (fault?.retryS ?? 0) * 1_000;
    const look = (): void => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1_000)));
    look();
    const timer = setInterval(look, 250);
    return () => clearInterval(timer);
  }, [fault]);
  return left;
}

function wait(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
