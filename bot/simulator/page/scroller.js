import { el } from "./dom.js";
import { icon } from "./icons.js";

const NEAR = 60;

/**
 * A scrolling list that follows new messages only while its reader is at the end, and says so otherwise.
 * @param {HTMLElement} list
 */
export function scroller(list) {
  const greeting = el("div", { class: "greeting" });
  const view = el("div", { class: "scroll", tabindex: -1 }, greeting, list);
  const down = el("button", { class: "to-end", type: "button", hidden: true, onclick: () => toEnd() }, icon("down"), "New messages");
  const node = el("div", { class: "scroll-frame" }, view, down);
  let following = true;
  const atEnd = () => view.scrollHeight - view.scrollTop - view.clientHeight < NEAR;
  const toEnd = () => {
    view.scrollTop = view.scrollHeight;
    following = true;
    down.hidden = true;
  };
  view.addEventListener("scroll", () => {
    following = atEnd();
    if (following) down.hidden = true;
  }, { passive: true });
  // Pictures, fonts and a resized window change heights later on.
  new ResizeObserver(() => following && toEnd()).observe(list);
  new ResizeObserver(() => following && toEnd()).observe(view);
  /** @param {boolean} fresh whether another conversation is shown now @param {() => void} change */
  const around = (fresh, change) => {
    const before = list.lastElementChild;
    const position = view.scrollTop;
    change();
    if (fresh || following) toEnd();
    else {
      view.scrollTop = position;
      if (list.lastElementChild !== before) down.hidden = false;
    }
  };
  /** @param {HTMLElement | null} words */
  const greet = (words) => greeting.replaceChildren(...(words ? [words] : []));
  return { node, around, greet };
}
