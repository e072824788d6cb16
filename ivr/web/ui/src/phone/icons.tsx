/** The few drawings of the page, in the colour of their text. They say nothing a label does not. */

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

const HANDSET =
  'M6.6 3.5h2.3c.5 0 .9.3 1 .8l.8 3.1c.1.4 0 .8-.3 1.1L8.7 10.1a13 13 0 0 0 5.2 5.2l1.6-1.7c.3-.3.7-.4 1.1-.3l3.1.8c.5.1.8.5.8 1v2.3c0 1.4-1.2 2.6-2.6 2.5C10.5 19.4 4.6 13.5 4.1 6.1c-.1-1.4 1.1-2.6 2.5-2.6Z';

export const CallIcon = () => (
  <Icon size={22}>
    <path d={HANDSET} />
  </Icon>
);

export const HangUpIcon = () => (
  <Icon size={22}>
    <g transform="rotate(135 12 12)">
      <path d={HANDSET} />
    </g>
  </Icon>
);

export const MicrophoneIcon = () => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </Icon>
);

export const MutedIcon = () => (
  <Icon>
    <path d="M15 10.5V6a3 3 0 0 0-5.7-1.3M9 9v2a3 3 0 0 0 4.8 2.4M5.5 11.5a6.5 6.5 0 0 0 10.6 5M18.5 11.5a6.5 6.5 0 0 1-.5 2.5M12 18v3M4 3l16 18" />
  </Icon>
);

export const SpeakerIcon = () => (
  <Icon>
    <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11" />
  </Icon>
);

export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
    <circle cx="15" cy="7" r="2" />
    <circle cx="9" cy="17" r="2" />
  </Icon>
);

export const CaptionsIcon = () => (
  <Icon size={26}>
    <path d="M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 17h-6.5L8 20.5V17H5A1.5 1.5 0 0 1 3.5 15.5V7A1.5 1.5 0 0 1 5 5.5Z" />
    <path d="M7.5 9.5h9M7.5 13h5.5" />
  </Icon>
);
