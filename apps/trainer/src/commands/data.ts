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
import { checkOut, checkOutFolder } from '../runs/check-out.ts';

function checkThere({ data }: Pick<ShowDataOptions, 'data'>): void {
  if (!existsSync(data)) throw new Error(`--data ${data}: no such file`);
}

/** @throws Error where there are no such data, or no room for the page */
export function checkShow(options: ShowDataOptions): { readonly options: ShowDataOptions } {
  checkThere(options);
  if (options.html !== undefined) checkOut(options.html, '--html');
  return { options };
}

/** @throws Error where there are no such data, or the folder is not to be had */
function checkImport(options: ImportDataOptions): { readonly options: ImportDataOptions } {
  checkThere(options);
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
