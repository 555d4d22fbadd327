/**
 * The model itself, an XML text of MJCF or URDF. Throws an Error that names the first file in it: MuJoCo's library would read any file of
 * this machine that a stranger's model includes, and WebAssembly has none.
 */
export function withoutFiles(model: string): string {
  for (const [name, value] of attributes(model)) {
    // file, filename, fileright, …
    if (/^file/i.test(name)) {
      throw new Error(
        `Error opening file '${value}': wanted a model without files, found ${name}="${value}"`,
      );
    }
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

/** Names and values of the attributes in an XML text, up to where it ends before its time, which is an error of MuJoCo. */
function* attributes(xml: string): Generator<[name: string, value: string]> {
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
function* attributesOfTag(xml: string, begin: number): Generator<[name: string, value: string], number> {
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
    yield [name, xml.slice(mark.index + 1, ends)];
    from = ends + 1;
  }
}
