#!/usr/bin/env node
import { surviveBrokenOutput } from './output/broken-output.ts';
import { endOnSignals, endOnUsr1 } from './runs/stop-signal.ts';

/** Commands that can be gone on with. */
const resumable = ['expert', 'collect', 'demonstrate', 'pretrain', 'start', 'finetune'];

// Before anything is loaded that takes its time.
surviveBrokenOutput();
if (resumable.includes(process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '')) endOnSignals();
else endOnUsr1();

await import('./cli.ts');
