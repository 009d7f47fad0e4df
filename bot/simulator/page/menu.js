import { el } from "./dom.js";

/**
 * A small menu under its button: arrow keys move, Escape or a click elsewhere closes it.
 * @param {HTMLElement} anchor @param {{label: string, pick: () => void}[]} items
 */
export function openMenu(anchor, items) {
  const menu = el("div", { class: "menu", role: "menu", popover: "auto" }, items.map((item) =>
    el("button", { class: "menu-item", role: "menuitem", type: "button", onclick: () => {
      menu.hidePopover();
      item.pick();
    } }, item.label)));
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => move(menu, event));
  menu.addEventListener("toggle", (/** @type {any} */ event) => {
    if (event.newState !== "closed") return;
    menu.remove();
    anchor.focus();
  });
  // Next to its button, so that a modal dialog does not make the menu inert.
  (anchor.closest("dialog") ?? document.body).append(menu);
  menu.showPopover();
  put(menu, anchor);
  menu.querySelector("button")?.focus();
}

/** @param {HTMLElement} menu @param {HTMLElement} anchor */
function put(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + height + 8 < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(box.right - width, window.innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - height - 4)}px`;
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function move(menu, event) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(/** @type {any} */ (document.activeElement));
  items[(at + step + items.length) % items.length].focus();
}
