/** The few things a caller may want to set; they are kept in this browser. */

import {
  ActionIcon,
  Popover,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { SettingsIcon } from './icons';

interface Props {
  filtered: boolean;
  onFiltered(filtered: boolean): void;
}

export function Settings({ filtered, onFiltered }: Props) {
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
