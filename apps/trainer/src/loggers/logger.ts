import type { Ending } from '../runs/history.ts';

/** Numbers by name, and where the run stood. */
export interface Scalars {
  readonly iteration: number;
  /** Environment steps so far, or iterations where there are none: what curves are drawn against. */
  readonly step: number;
  /** When they were logged, in milliseconds since 1970. */
  readonly time: number;
  /** The numbers, not all of them finite. */
  readonly values: Readonly<Record<string, number>>;
}

/** A picture as the bytes of a file. */
export interface Picture {
  readonly type: 'image/png' | 'image/gif';
  readonly bytes: Uint8Array;
  /** in pixels */
  readonly width: number;
  /** in pixels */
  readonly height: number;
}

/** What is told about a run, in whatever way it keeps it; each function that it leaves out is not called. */
export interface Logger {
  /** What it is called where something about it is said. */
  readonly name: string;
  /** Rows of numbers in order: one, or all that came while it was busy. */
  readonly scalars?: (rows: readonly Scalars[]) => void | Promise<void>;
  /** A text, in Markdown. */
  readonly text?: (name: string, text: string, step: number) => void | Promise<void>;
  /** A picture, or a film. */
  readonly image?: (name: string, picture: Picture, step: number) => void | Promise<void>;
  /** A file of the run that is whole now, such as report.html or best.safetensors. */
  readonly file?: (path: string) => void | Promise<void>;
  /** The run has come to an end, or stops; nothing follows. */
  readonly close?: (ending: Ending) => void | Promise<void>;
}

/** A run that begins, or goes on. */
export interface LoggedRun {
  /** Its folder. */
  readonly dir: string;
  /** The name of its folder. */
  readonly name: string;
  /** What it was asked for, as config.yaml has it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where it goes on: what was logged of later iterations is computed again. Undefined for a new run. */
  readonly from: { readonly iteration: number; readonly step: number } | undefined;
  /** Tells whoever looks on a sentence. */
  readonly say: (sentence: string) => void;
}

/** Begins to log a run. */
export type OpenLogger = (run: LoggedRun) => Logger | Promise<Logger>;
