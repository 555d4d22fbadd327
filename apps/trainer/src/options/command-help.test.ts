import { Command } from 'commander';
import { expect, it } from 'vitest';

import { collectOptions } from '../commands/collect.ts';
import { demonstrateOptions } from '../commands/demonstrate.ts';
import { evaluateOptions } from '../commands/evaluate.ts';
import { expertOptions } from '../commands/expert.ts';
import { exportOptions } from '../commands/export.ts';
import { finetuneOptions } from '../commands/finetune.ts';
import { importOptions } from '../commands/import.ts';
import { trajectoryOptions } from '../commands/plot-trajectories.ts';
import { pretrainOptions } from '../commands/pretrain.ts';
import { renderOptions } from '../commands/render.ts';
import { startOptions } from '../commands/start.ts';
import { withOptions } from './command-line.ts';

const schemas = {
  collect: collectOptions,
  evaluate: evaluateOptions,
  expert: expertOptions,
  finetune: finetuneOptions,
  pretrain: pretrainOptions,
  demonstrate: demonstrateOptions,
  export: exportOptions,
  import: importOptions,
  'plot-trajectories': trajectoryOptions,
  render: renderOptions,
  start: startOptions,
};

const nothing = { check: () => ({ options: {} }), run: () => Promise.resolve() };

it.each(Object.entries(schemas))('of %s says what each option is, and its default', (name, schema) => {
  const command = withOptions(new Command(name), schema, nothing);
  const ofFields = command.options.filter(({ flags }) => /[<[]value[\]>]$/.test(flags));
  expect(ofFields).toHaveLength(Object.keys(schema.shape).length);
  for (const { flags, description } of ofFields)
    expect(`${flags}  ${description}`).toMatch(/^--[a-z-]+ .value. {2}\S.* \[(required|default: \S.*)\]$/);
});

it('lists what an option may be', () => {
  const command = withOptions(new Command('export'), exportOptions, nothing);
  expect(command.helpInformation().replaceAll(/\s+/g, ' ')).toContain(
    '(safetensors, onnx, onnx-denoiser) [required]',
  );
});
