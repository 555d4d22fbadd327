import { kebab } from '../options/option-layers.ts';

type Told = Readonly<Record<string, unknown>>;

/** @throws Error naming the first of `names` that `options` ask of a fine-tuned policy otherwise than it was fine-tuned with, `own` */
export function checkTuned(
  policy: string,
  names: readonly string[],
  { options, own }: { readonly options: Told; readonly own: Told },
): void {
  for (const name of names) {
    const [asked, was] = [options[name], own[name]].map((value) => JSON.stringify(value));
    if (asked !== undefined && asked !== was)
      throw new Error(
        `--${kebab(name)}: found ${asked}, wanted ${was ?? 'it left out'}, as --policy ${policy} was fine-tuned with`,
      );
  }
}
