import type { Command } from 'commander';

import { presetList, presetText } from '../options/presets.ts';

export const command = (base: Command): Command =>
  base
    .argument('[name]', 'a preset, to print')
    .action(
      (name?: string) =>
        void process.stdout.write(name === undefined ? `${presetList()}\n` : presetText(name)),
    );
