import { element } from './element.ts';

/** What the user wants to see. */
export interface Controls {
  /** The policies that there are. */
  readonly policies: readonly string[];
  /** The policy chosen. */
  readonly choice: () => string;
  readonly plays: () => boolean;
  /** Resolves when the next chunk may be drawn. */
  readonly next: () => Promise<void>;
}

/** The choice of a policy, play and pause, and one chunk at a time; `changed` is called where play or pause was asked for. */
export function controls(changed: () => void): Controls {
  const policy = element('policy', HTMLSelectElement);
  const play = element('play', HTMLButtonElement);
  let playing = true;
  let wake: (() => void) | undefined;
  const set = (plays: boolean): void => {
    playing = plays;
    play.textContent = playing ? 'Pause' : 'Play';
    changed();
  };
  play.addEventListener('click', () => {
    set(!playing);
    if (playing) wake?.();
  });
  element('once', HTMLButtonElement).addEventListener('click', () => {
    set(false);
    wake?.();
  });
  return {
    policies: Array.from(policy.options, ({ value }) => value),
    choice: () => policy.value,
    plays: () => playing,
    next: () => (playing ? Promise.resolve() : new Promise((resolve) => (wake = resolve))),
  };
}
