import { Command } from 'commander';
import { expect, it } from 'vitest';

import { exportOptions } from '../export/export-options.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startOptions } from '../finetune/start-options.ts';
import { importOptions } from '../import/import-options.ts';
import { trajectoryOptions } from '../pictures/plot-trajectories-options.ts';
import { renderOptions } from '../pictures/render-options.ts';
import { collectOptions } from '../pretrain/collect-options.ts';
import { demonstrateOptions } from '../pretrain/demonstrate-options.ts';
import { expertOptions } from '../pretrain/expert-options.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
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
