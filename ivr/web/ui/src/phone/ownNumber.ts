/** The number that a call comes from: who calls, as far as customer records and queues know. */

/** Of the range that is kept free for examples: nobody is called back there. */
export const EXAMPLE = '+12025550143';

/** As it is dialled, from however it was typed; null when it is none: a plus, then 7 to 15 digits. */
export function dialled(typed: string): string | null {
  const number = typed.replace(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : null;
}
