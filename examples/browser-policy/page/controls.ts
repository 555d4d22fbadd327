import { element } from './element.ts';

/** What the user wants to see. */
export interface Controls {
  /** The policy chosen. */
  readonly choice: () => string;
  /** Resolves when the next chunk may be drawn. */
  readonly next: () => Promise<void>;
}

/** The choice of a policy, play and pause, and one chunk at a time. */
export function controls(): Controls {
  const policy = element('policy', HTMLSelectElement);
  const play = element('play', HTMLButtonElement);
  let playing = true;
  let wake: (() => void) | undefined;
  const set = (plays: boolean): void => {
    playing = plays;
    play.textContent = playing ? 'Pause' : 'Play';
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
    choice: () => policy.value,
    next: () => (playing ? Promise.resolve() : new Promise((resolve) => (wake = resolve))),
  };
}
