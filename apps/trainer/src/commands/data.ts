import { existsSync } from 'node:fs';

import { Command } from 'commander';

import {
  importDataOptions,
  type ImportDataOptions,
  showDataOptions,
  type ShowDataOptions,
} from '../data/data-options.ts';
import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { checkOutFolder } from '../runs/check-out.ts';

/** @throws Error where there are no such data */
function checkShow(options: ShowDataOptions): { readonly options: ShowDataOptions } {
  if (!existsSync(options.data)) throw new Error(`--data ${options.data}: no such file`);
  return { options };
}

/** @throws Error where there are no such data, or the folder is not to be had */
function checkImport(options: ImportDataOptions): { readonly options: ImportDataOptions } {
  checkShow(options);
  checkOutFolder(options.outDir, '--out-dir');
  return { options };
}

const show = (): Command =>
  fileArgument(
    withOptions(new Command('show').description('what is in demonstrations'), showDataOptions, {
      check: checkShow,
      run: async ({ options }, { say }) => (await import('../data/import-data.ts')).showData(options, say),
    }),
    'data',
  );

const imported = (): Command =>
  fileArgument(
    withOptions(
      new Command('import').description('make of demonstrations of other projects what pretrain takes'),
      importDataOptions,
      {
        check: checkImport,
        run: async ({ options }, { say }) =>
          (await import('../data/import-data.ts')).importData(options, say),
      },
    ),
    'data',
  );

export const command = (base: Command): Command => base.addCommand(show()).addCommand(imported());
