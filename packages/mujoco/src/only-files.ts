import type { Files } from './simulation.ts';

/** Elements of MJCF that may take a file; another model would bring names of files of its own. */
const takers = new Set(['mesh', 'hfield', 'texture', 'skin']);

/**
 * The model itself, an XML text of MJCF or URDF. Throws an Error that names the first file in it that is none of `files`, or is named
 * where it would be looked for elsewhere: MuJoCo's library would read any file of this machine that a stranger's model includes, and
 * WebAssembly has none.
 */
export function onlyFiles(model: string, files: Files = {}): string {
  const names = Object.keys(files);
  for (const name of names) {
    if (!/^[\w-]+(\.[\w-]+)+$/.test(name)) {
      throw new RangeError(`files: '${name}' is no plain name of a file such as 'hand.stl'`);
    }
  }
  for (const [tag, name, value] of attributes(model)) {
    // file, filename, fileright, …; and folders, without which each is looked for among `files` alone
    const isFile = /^file/i.test(name);
    const isFolder = /^(?:mesh|texture|asset)dir$/i.test(name);
    const isKnown = isFile && takers.has(tag) && Object.hasOwn(files, value);
    if (isKnown || !(isFile || (isFolder && names.length > 0))) continue;
    const wanted = names.length === 0 ? 'a model without files' : `one of the files ${names.join(', ')}`;
    throw new Error(`Error opening file '${value}': wanted ${wanted}, found ${name}="${value}"`);
  }
  return model;
}

/** What begins with the first and goes on to the second without attributes; as MuJoCo's reader, tinyxml2, tries them. */
const others = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<!', '>'],
] as const;

/** Elements, names and values of the attributes in an XML text, up to where it ends before its time, which is an error of MuJoCo. */
function* attributes(xml: string): Generator<[tag: string, name: string, value: string]> {
  let at = xml.indexOf('<');
  while (at !== -1) {
    const other = others.find(([begin]) => xml.startsWith(begin, at));
    if (other) {
      const [begin, end] = other;
      const ends = xml.indexOf(end, at + begin.length);
      if (ends === -1) return;
      at = xml.indexOf('<', ends + end.length);
    } else {
      const ends = yield* attributesOfTag(xml, at);
      if (ends === -1) return;
      at = xml.indexOf('<', ends);
    }
  }
}

/** Returns where the tag ends; −1: nowhere. */
function* attributesOfTag(
  xml: string,
  begin: number,
): Generator<[tag: string, name: string, value: string], number> {
  const end = /[\s/>]/g;
  end.lastIndex = begin;
  const tag = xml.slice(begin + 1, end.exec(xml)?.index);
  const marks = /["'>]/g;
  let from = begin;
  for (;;) {
    marks.lastIndex = from;
    const mark = marks.exec(xml);
    if (!mark) return -1;
    if (mark[0] === '>') return mark.index;
    const ends = xml.indexOf(mark[0], mark.index + 1);
    if (ends === -1) return -1;
    const [before] = xml.slice(from, mark.index).trimEnd().split(/=$/);
    const name =
      before
        .trimEnd()
        .split(/[\s/<]/)
        .at(-1) ?? '';
    yield [tag, name, xml.slice(mark.index + 1, ends)];
    from = ends + 1;
  }
}
