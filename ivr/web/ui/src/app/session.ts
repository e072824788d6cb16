/** Who is signed in, and asking the server as them. See ivr/web/signin/api.py. */

import type { Refusal, Who } from './api';

export type { Role, Who } from './api';

/** Why the server did not do it, in words that can be shown. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryS: number | null = null,
  ) {
    super(message);
  }
}

const UNREACHABLE = new Refused(
  'unreachable',
  'The server does not answer. Check that it is running, then try again.',
);

let csrf = '';

/** Ask as whoever is signed in. Throws Refused, and nothing else. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        'X-CSRF-Token': csrf,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw UNREACHABLE;
  }
  if (response.status === 204) return undefined as T;
  const told: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusal(told, response.status);
  return told as T;
}

function refusal(told: unknown, status: number): Refused {
  if (told !== null && typeof told === 'object' && 'code' in told) {
    const { code, message, retry_s } = told as Refusal;
    return new Refused(code, message, retry_s);
  }
  return new Refused('failed', `The server answered ${status}. Its log says why.`);
}

export async function whoIsIn(): Promise<Who> {
  return keep(await ask<Who>('GET', '/api/session'));
}

export async function signIn(name: string, password: string): Promise<Who> {
  return keep(await ask<Who>('POST', '/api/session', { name, password }));
}

export async function choosePassword(current: string, chosen: string): Promise<Who> {
  return keep(await ask<Who>('POST', '/api/password', { current, new: chosen }));
}

export async function signOut(): Promise<void> {
  await ask<void>('DELETE', '/api/session');
  csrf = '';
}

function keep(who: Who): Who {
  csrf = who.csrf;
  return who;
}
