import { isTorchObject, type TorchObject } from '@dppo/checkpoint';

/** Values of a configuration, and how deep they may lie: objects can hold themselves. */
const [mostValues, mostDepth] = [100_000, 32];

/**
 * A configuration in a PyTorch file as plain JSON: a dict, or an OmegaConf, whose nodes keep their values under `_content` and `_val`.
 *
 * @throws Error where it holds anything else, or is far too large
 */
export function plainConfig(config: unknown): unknown {
  let left = mostValues;
  const plain = (value: unknown, depth: number): unknown => {
    if (--left < 0 || depth > mostDepth)
      throw new Error(
        `the configuration holds more than ${mostValues} values, or is nested deeper than ${mostDepth}`,
      );
    if (Array.isArray(value)) return value.map((each: unknown) => plain(each, depth + 1));
    if (value instanceof Map)
      return Object.fromEntries(
        [...value].map(([key, each]: [unknown, unknown]) => [String(key), plain(each, depth + 1)]),
      );
    if (isTorchObject(value)) return plain(contentOf(value), depth + 1);
    return typeof value === 'bigint' ? Number(value) : value;
  };
  return plain(config, 0);
}

/** What a node of OmegaConf holds; of any other object its name. */
function contentOf({ made, parts }: TorchObject): unknown {
  for (const part of parts) {
    if (!(part instanceof Map)) continue;
    for (const name of ['_content', '_val']) if (part.has(name)) return part.get(name);
  }
  return made;
}
