import { expect, it } from 'vitest';

import { exportOptions } from '../export/export-options.ts';
import { startOptions } from '../finetune/start-options.ts';
import { importOptions } from '../import/import-options.ts';
import { renderOptions } from '../pictures/render-options.ts';
import { trajectoryOptions } from '../pictures/trajectory-options.ts';
import { demonstrateOptions } from '../pretrain/demonstrate-options.ts';
import { commandOf } from './command-line.ts';
import * as options from './options.ts';

const schemas = {
  ...options,
  demonstrate: demonstrateOptions,
  export: exportOptions,
  import: importOptions,
  'plot-trajectories': trajectoryOptions,
  render: renderOptions,
  start: startOptions,
};

it.each(Object.entries(schemas))('of %s says what each option is, and its default', (name, schema) => {
  const command = commandOf(name, 'does', schema, () => Promise.resolve());
  const ofFields = command.options.filter(({ flags }) => /[<[]value[\]>]$/.test(flags));
  expect(ofFields).toHaveLength(Object.keys(schema.shape).length);
  for (const { flags, description } of ofFields)
    expect(`${flags}  ${description}`).toMatch(/^--[a-z-]+ .value. {2}\S.* \[(required|default: \S.*)\]$/);
});

it('lists what an option may be', () => {
  const command = commandOf('export', 'does', exportOptions, () => Promise.resolve());
  expect(command.helpInformation().replaceAll(/\s+/g, ' ')).toContain(
    '(safetensors, onnx, onnx-denoiser) [required]',
  );
});
