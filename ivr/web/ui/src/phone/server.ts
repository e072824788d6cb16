/** What the page asks its server. See ivr/web/phone_api.py. */

/** Which line there is: the local exchange; a real carrier; the local exchange of another machine. */
export type Line = 'local' | 'carrier' | 'elsewhere';

export interface Facts {
  business: string;
  number: string;
  line: Line;
}

/** What one call takes. */
export interface Ticket {
  url: string;
  ticket: string;
  captions_pass: string;
}

export async function fetchFacts(signal: AbortSignal): Promise<Facts> {
  return json<Facts>(await fetch('/api/phone', { signal }));
}

export async function fetchTicket(signal: AbortSignal): Promise<Ticket> {
  return json<Ticket>(await fetch('/api/phone/ticket', { method: 'POST', signal }));
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return (await response.json()) as T;
}
