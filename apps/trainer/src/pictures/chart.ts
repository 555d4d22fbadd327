import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** What a chart looks like where the page around it, or the system, is dark; its colours are those of light paper. */
const dark = `
.marks > rect { fill: #1e2226 }
.marks text { fill: #e8eaed }
.marks .role-title-subtitle text { fill: #a9b2bc }
.marks .role-axis-grid line { stroke: #363c43 }
.marks :is(.role-axis-domain, .role-axis-tick) line { stroke: #7d8791 }
.marks [stroke='#cccccc'] { stroke: #4b535b }
.marks [stroke='#0072b2'] { stroke: #4ea6e0 }
.marks [fill='#0072b2'] { fill: #4ea6e0 }`;

/** A chart as the text of an SVG image, for light pages and dark ones. */
export async function svgOf(chart: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(chart).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return svg.replace('>', `><style>@media (prefers-color-scheme: dark) {${dark}\n}</style>`);
  } finally {
    view.finalize();
  }
}
