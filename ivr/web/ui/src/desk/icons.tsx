/** The drawings of the desk, beside those of the phone. They say nothing a label does not. */

import type { ReactNode } from 'react';

function Icon({ children, size = 20 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const HoldIcon = () => (
  <Icon>
    <path d="M9 6v12M15 6v12" />
  </Icon>
);

export const ResumeIcon = () => (
  <Icon>
    <path d="M8 5.5v13l10-6.5-10-6.5Z" />
  </Icon>
);

export const ReturnIcon = () => (
  <Icon>
    <path d="M9 7 4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 5 5V18" />
  </Icon>
);

export const ConsultIcon = () => (
  <Icon>
    <circle cx="9" cy="8.5" r="3" />
    <path d="M3.5 19a5.5 5.5 0 0 1 11 0M16 5.8a3 3 0 0 1 0 5.4M17.5 13.8A5.5 5.5 0 0 1 20.5 19" />
  </Icon>
);

export const FlagIcon = () => (
  <Icon size={16}>
    <path d="M6 20.5V4.5h10.5l-2.2 4 2.2 4H6" />
  </Icon>
);

export const HeadsetIcon = ({ size = 20 }: { size?: number }) => (
  <Icon size={size}>
    <path d="M4.5 14.5V12a7.5 7.5 0 0 1 15 0v2.5M4.5 14.5a1.5 1.5 0 0 1 1.5-1.5h1.5v6H6a1.5 1.5 0 0 1-1.5-1.5v-3ZM19.5 14.5A1.5 1.5 0 0 0 18 13h-1.5v6H18a1.5 1.5 0 0 0 1.5-1.5v-3Z" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon size={18}>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
);
