/** Milliseconds between an answer and the next question. */
const pause = 1000;

/** Takes over what is new, part by part: a picture that did not change goes on playing. */
async function refresh() {
  const note = document.getElementById('note');
  try {
    const response = await fetch('/');
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    document.title = fresh.title;
    for (const part of fresh.querySelectorAll('[data-live]')) {
      const shown = document.getElementById(part.id);
      if (shown.outerHTML !== part.outerHTML) shown.replaceWith(part);
    }
    note.hidden = true;
  } catch {
    note.hidden = false;
  }
  setTimeout(refresh, pause);
}

setTimeout(refresh, pause);
