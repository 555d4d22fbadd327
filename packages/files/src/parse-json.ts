/** How much JSON is read. */
export interface JsonBudget {
  /** The most values, each in a list and each name and value in an object. */
  readonly values: number;
  /** How deep lists and objects may lie in one another. */
  readonly depth: number;
}

/**
 * What the JSON in `text` says, counted before anything is made of it: three characters of text can take a hundred bytes of memory.
 *
 * @throws Error that begins with `name` and says what is too much, or that this is no JSON
 */
export function parseJson(text: string, budget: JsonBudget, name: string): unknown {
  checkBudget(text, budget, name);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON`, { cause: error });
  }
}

function checkBudget(text: string, { values, depth }: JsonBudget, name: string): void {
  let [found, level, quoted] = [1, 0, false];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (quoted) {
      if (character === '\\') i++;
    } else if (character === ',' || character === ':') found++;
    else if (character === '[' || character === '{') {
      found++;
      level++;
    } else if (character === ']' || character === '}') level--;
    if (found > values) throw new Error(`${name} is JSON of more than ${values} values`);
    if (level > depth) throw new Error(`${name} is JSON nested deeper than ${depth}`);
  }
}
