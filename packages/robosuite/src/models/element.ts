/** Attributes of an element of XML; lists are written with blanks between. */
export type Attributes = Readonly<Record<string, string | number | readonly number[]>>;

/** An element of MJCF as text. */
export function element(tag: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${typeof value === 'object' ? value.join(' ') : value}"`,
  );
  const begin = `<${tag}${written.join('')}`;
  return children.length === 0 ? `${begin}/>` : `${begin}>\n${children.join('\n')}\n</${tag}>`;
}

/** A body at a place, with what is in it. */
export function body(name: string, attributes: Attributes, ...children: readonly string[]): string {
  return element('body', { name, ...attributes }, ...children);
}

/** Colours of our own, by what they are on. */
export const colors = {
  link: [0.92, 0.92, 0.94, 1],
  hand: [0.35, 0.36, 0.4, 1],
  finger: [0.2, 0.2, 0.22, 1],
  mount: [0.45, 0.47, 0.5, 1],
  table: [0.82, 0.72, 0.56, 1],
  bin: [0.62, 0.5, 0.36, 1],
  floor: [0.68, 0.7, 0.72, 1],
  object: [0.8, 0.22, 0.18, 1],
  other: [0.3, 0.5, 0.75, 1],
  target: [0.25, 0.58, 0.36, 1],
} as const;
