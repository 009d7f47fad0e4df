import { el } from "./dom.js";

const LIFE_MS = 6000;

/** Say something for a few seconds, above everything including dialogs. @param {string} text @param {string} [tone] */
export function toast(text, tone = "problem") {
  const shelf = document.querySelector(".toasts") ?? newShelf();
  // A refusal may come twice: as the answer and as an event.
  if ([...shelf.children].some((shown) => shown.firstElementChild?.textContent === text)) return;
  const note = el("div", { class: `toast toast-${tone}`, role: tone === "problem" ? "alert" : "status", testid: "toast" },
    el("span", {}, text),
    el("button", { class: "button-plain", type: "button", "aria-label": "Dismiss", onclick: () => note.remove() }, "×"));
  shelf.append(note);
  while (shelf.children.length > 3) shelf.firstElementChild?.remove();
  // Shown again, the shelf comes to the top of the browser's top layer, over a dialog opened since.
  if (shelf.matches(":popover-open")) /** @type {any} */ (shelf).hidePopover();
  /** @type {any} */ (shelf).showPopover();
  window.setTimeout(() => note.remove(), LIFE_MS);
}

function newShelf() {
  const shelf = el("div", { class: "toasts", popover: "manual" });
  document.body.append(shelf);
  return shelf;
}
