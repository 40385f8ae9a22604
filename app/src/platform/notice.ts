const SHOWN_MS = 12_000;

let notice: HTMLElement | null = null;
let timer = 0;

/** A sentence at the foot of the page, for what was asked of the page as a whole. */
export function say(text: string): void {
  notice ??= makeNotice();
  notice.textContent = text;
  notice.hidden = false;
  window.clearTimeout(timer);
  timer = window.setTimeout(hide, SHOWN_MS);
}

function makeNotice(): HTMLElement {
  const node = document.createElement('div');
  node.className = 'lectern-Notice';
  node.dataset.testid = 'notice';
  node.setAttribute('role', 'status');
  node.title = 'Click to close';
  node.addEventListener('click', hide);
  document.body.append(node);
  return node;
}

function hide(): void {
  if (notice) notice.hidden = true;
}
