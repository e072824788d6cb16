import { expect, test } from 'vitest';
import { nextPage } from './next';

test('the page that led here comes next', () => {
  expect(nextPage('?next=/desk')).toBe('/desk');
  expect(nextPage('?next=/console/calls')).toBe('/console/calls');
  expect(nextPage('')).toBe('/desk');
});

test.each([
  '//elsewhere.example',
  '/\\elsewhere.example',
  'https://elsewhere.example',
  'javascript:alert(1)',
  '/%09/elsewhere.example',
  '/desk?x=//elsewhere',
])('%s is no page of ours', (wanted) => {
  expect(nextPage(`?next=${encodeURIComponent(wanted)}`)).toBe('/desk');
});
