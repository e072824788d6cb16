/** The look that Mantine's components share with ours (see global.css). */

import { createTheme, type MantineColorsTuple } from '@mantine/core';

const harbour: MantineColorsTuple = [
  '#e9f6f6',
  '#d5ebeb',
  '#aad7d8',
  '#7bc2c4',
  '#54b0b2',
  '#35a0a3',
  '#1d8f92',
  '#0d7d81',
  '#0d6e72',
  '#075a5d',
];

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 8, dark: 7 },
  colors: { harbour },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
});
