import { expect, it } from 'vitest';

import { commandOf } from './command-line.ts';
import { demonstrateOptions } from './demonstrate-options.ts';
import { exportOptions } from './export-options.ts';
import { importOptions } from './import-options.ts';
import * as options from './options.ts';
import { renderOptions } from './render-options.ts';
import { startOptions } from './start-options.ts';
import { trajectoryOptions } from './trajectory-options.ts';

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
