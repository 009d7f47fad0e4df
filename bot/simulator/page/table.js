import { el } from "./dom.js";
import { richText } from "./rich_text.js";

/**
 * The blocks `table` and `data_table`; the first row is the head.
 * @param {any} block @param {import("./store.js").Store} store
 */
export function table(block, store) {
  const settings = block.column_settings ?? [];
  const [head, ...body] = block.rows ?? [];
  const row = (/** @type {any[]} */ cells, /** @type {string} */ tag) => el("tr", {}, cells.map((cell, column) =>
    el(tag, { class: classes(cell, settings[column]), scope: tag === "th" ? "col" : null }, content(cell, store))));
  const caption = block.caption && el("caption", {}, block.caption.text ?? block.caption);
  const grid = el("table", {}, caption,
    head && el("thead", {}, row(head, "th")),
    el("tbody", {}, body.map((/** @type {any[]} */ cells) => row(cells, "td"))));
  // A wide table scrolls by itself, also by keyboard.
  return el("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": "Table" }, grid);
}

/** @param {any} cell @param {any} setting */
function classes(cell, setting) {
  const numeric = cell?.type === "raw_number" ? "right" : "left";
  const align = ["left", "center", "right"].includes(setting?.align) ? setting.align : numeric;
  return `align-${align}${setting?.is_wrapped ? " wrapped" : ""}`;
}

/** @param {any} cell @param {import("./store.js").Store} store */
function content(cell, store) {
  if (cell?.type === "rich_text") return richText(cell, store);
  return String(cell?.text ?? cell?.number ?? cell?.value ?? "");
}
