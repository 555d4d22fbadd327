#!/usr/bin/env node
import { surviveBrokenOutput } from './output/broken-output.ts';
import { endWithParent } from './runs/end-with-parent.ts';
import { endOnSignals, endOnUsr1 } from './runs/stop-signal.ts';

/** Commands that can be gone on with. */
const resumable = ['expert', 'collect', 'demonstrate', 'pretrain', 'distil', 'start', 'finetune', 'sweep'];

// Before anything is loaded that takes its time.
surviveBrokenOutput();
const asked = process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '';
// A worker leaves well whenever it is told to.
if (asked === 'worker') process.exitCode = 0;
if (asked === 'worker' || resumable.includes(asked)) endOnSignals();
else endOnUsr1();
endWithParent();

await import('./cli.ts');
