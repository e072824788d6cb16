/** The few things a caller may want to set; they are kept in this browser. */

import {
  ActionIcon,
  Popover,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  TextInput,
  useMantineColorScheme,
} from '@mantine/core';
import { useState } from 'react';
import { SettingsIcon } from './icons';
import { dialled } from './ownNumber';
import { spaced } from './words';

interface Props {
  filtered: boolean;
  onFiltered(filtered: boolean): void;
  /** The number that calls come from. */
  from: string;
  onFrom(from: string): void;
}

export function Settings({ filtered, onFiltered, from, onFrom }: Props) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Popover position="bottom-end" width={300} shadow="lg" radius="lg" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="default" size={44} radius="lg" aria-label="Settings">
          <SettingsIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Settings">
        <Stack gap="md">
          <Switch
            label="Filter echo and noise"
            description="Turn it off with a headset. It counts from the next call on."
            checked={filtered}
            onChange={(event) => onFiltered(event.currentTarget.checked)}
          />
          <OwnNumber from={from} onFrom={onFrom} />
          <Stack gap={6}>
            <Text size="sm" id="colours">
              Colours
            </Text>
            <SegmentedControl
              fullWidth
              aria-labelledby="colours"
              value={colorScheme}
              onChange={(value) => setColorScheme(value as typeof colorScheme)}
              data={[
                { value: 'auto', label: 'System' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
            />
          </Stack>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What is no number is said to be none, and not taken. */
function OwnNumber({ from, onFrom }: Pick<Props, 'from' | 'onFrom'>) {
  const [typed, setTyped] = useState(spaced(from));
  return (
    <TextInput
      label="You call from"
      description="Customer records know people by their number. It counts from the next call on."
      type="tel"
      value={typed}
      error={dialled(typed) === null && 'A plus, the country’s code, and the number'}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        const number = dialled(event.currentTarget.value);
        if (number !== null) onFrom(number);
      }}
    />
  );
}
