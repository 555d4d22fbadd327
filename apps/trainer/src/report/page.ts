import { readFileSync } from 'node:fs';

import { html, raw } from 'hono/html';

/** HTML in which all that was filled in is escaped. */
export type Html = ReturnType<typeof html>;

const style = new URL('../../assets/page.css', import.meta.url);

/** The text of a page that stands alone: its style is in it, and `policy`, a Content-Security-Policy, says what it may load. */
export async function page(content: {
  readonly title: string;
  readonly policy: string;
  readonly head?: Html;
  readonly body: Html;
}): Promise<string> {
  const { title, policy, head, body } = content;
  return String(
    await html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta http-equiv="Content-Security-Policy" content="${policy}" />
          <link rel="icon" href="data:," />
          <title>${title}</title>
          <style>
            ${raw(readFileSync(style, 'utf8'))}
          </style>
          ${head}
        </head>
        <body>
          <main>${body}</main>
        </body>
      </html>`,
  );
}
