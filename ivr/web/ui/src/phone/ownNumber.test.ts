import { describe, expect, it } from 'vitest';
import { dialled, EXAMPLE } from './ownNumber';

describe('the own number', () => {
  it('is taken however people write it', () => {
    for (const typed of ['+12025550143', '+1 202-555-0143', '+1 (202) 555.0143', '  +1 202 555 0143 ']) {
      expect(dialled(typed)).toBe(EXAMPLE);
    }
  });

  it('is none without its country, with letters, or too long or short', () => {
    for (const typed of ['', '2025550143', '+0 202 555 0143', '+1 202 CALL', '+12345', '+1234567890123456']) {
      expect(dialled(typed)).toBeNull();
    }
  });
});
