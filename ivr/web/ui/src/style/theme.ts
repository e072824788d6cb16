/** The look that Mantine's components share with ours (see global.css). */

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

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

const dark: MantineColorsTuple = [
  '#e8f1f1',
  '#c2d2d2',
  '#9db3b2',
  '#6b8587',
  '#24363a',
  '#1f3035',
  '#16242a',
  '#121d20',
  '#0e1719',
  '#0b1315',
];

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 8, dark: 7 },
  colors: { harbour, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
});

const OURS = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--pressed)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--edge)',
};

/** Mantine's components take their colours from ours. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: OURS, dark: OURS });
