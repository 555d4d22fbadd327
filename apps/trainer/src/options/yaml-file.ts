import { closeSync, openSync, readSync } from 'node:fs';

import { aboutFile } from '@dppo/files';
import { type Document, parseDocument, visit } from 'yaml';

/** Bytes of a file of options. */
export const mostOptions = 2 ** 16;

/** Values, each name and each item of a list, and how deep they may lie in one another. */
const [mostValues, mostDepth] = [20_000, 32];

/**
 * What a file of YAML or JSON says, of at most so many `bytes`: reading takes seconds for a hundred thousand of them.
 *
 * @throws Error that begins with `name` and says what is wrong, or too much
 */
export function readYaml(file: string, name: string, bytes: number): unknown {
  try {
    return yamlIn(textOf(file, bytes));
  } catch (error) {
    throw aboutFile(name, error);
  }
}

/** What YAML `text` says; what it warns of is an error. */
export function yamlIn(text: string): unknown {
  if (text.includes('\0')) throw new Error('no text, wanted YAML or JSON');
  checkDepth(text);
  // The library would hold each key against every other one, and draw a picture of each error.
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem)
    throw new Error(`line ${lineAt(text, problem.pos[0])}: ${problem.message}`, { cause: problem });
  checkKeys(document);
  const value: unknown = document.toJS();
  checkSize(value);
  return value;
}

/** As many bytes as are read, and no more, of pipes and devices too. */
function textOf(file: string, bytes: number): string {
  const opened = openSync(file, 'r');
  try {
    const text = Buffer.alloc(bytes + 1);
    let length = 0;
    for (let more = 1; more > 0; length += more)
      more = readSync(opened, text, length, bytes + 1 - length, null);
    if (length > bytes) throw new Error(`has more than ${bytes} bytes`);
    return text.toString('utf8', 0, length);
  } finally {
    closeSync(opened);
  }
}

/**
 * Counts roughly how deep a text is nested, as many brackets or dashes as no options have: the library reads it by calling itself, and a
 * stack that overflows while a regular expression is made ends the process.
 */
function checkDepth(text: string): void {
  let brackets = 0;
  for (const line of text.split('\n')) {
    for (const [bracket] of line.matchAll(/[[\]{}]/g)) {
      brackets = Math.max(0, brackets + (bracket === '[' || bracket === '{' ? 1 : -1));
      if (brackets > 2 * mostDepth) throw tooDeep();
    }
    const dashes = line.match(/(?<=^|\s)[-?:](?=\s|$)/g)?.length ?? 0;
    if (dashes > 2 * mostDepth || line.search(/\S|$/) > 8 * mostDepth) throw tooDeep();
  }
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** @throws Error where a map has a key twice */
function checkKeys(document: Document.Parsed): void {
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<string>();
      for (const { key } of items) {
        const name = String(key);
        if (keys.has(name)) throw new Error(`has ${JSON.stringify(name)} twice`);
        keys.add(name);
      }
    },
  });
}

/** Counts what aliases stand for as often as they do: a list may hold itself. */
function checkSize(root: unknown): void {
  const waiting: (readonly [value: unknown, depth: number])[] = [[root, 0]];
  let count = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values(value);
    count += members.length;
    if (count > mostValues) throw new Error(`has more than ${mostValues} values`);
    if (depth === mostDepth) throw tooDeep();
    for (const member of members) waiting.push([member, depth + 1]);
  }
}

function tooDeep(): Error {
  return new Error(`is nested deeper than ${mostDepth}`);
}
