import { el } from "./dom.js";
import { markdownInline } from "./markdown_inline.js";

/** @typedef {import("./store.js").Store} Store */

const FENCE = /^\s*(```+|~~~+)\s*([\w+-]*)\s*$/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^\s*> ?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * The subset of Markdown that Slack's `markdown` block knows, as DOM. No HTML passes.
 * @param {string} text @param {Store} store @returns {HTMLElement}
 */
export function markdown(text, store) {
  // A row of thousands of ">" must not become as many nested quotes.
  const rows = String(text ?? "").split(/\r?\n/).map((row) => row.replace(/^(\s*>){6,}/, ">>>>>"));
  return el("div", { class: "markdown" }, blocks(rows, store));
}

/** @param {string[]} rows @param {Store} store @returns {HTMLElement[]} */
function blocks(rows, store) {
  const out = /** @type {HTMLElement[]} */ ([]);
  let at = 0;
  while (at < rows.length) {
    if (!rows[at].trim()) {
      at += 1;
      continue;
    }
    const reader = READERS.find((candidate) => candidate.begins(rows, at)) ?? PARAGRAPH;
    const [node, next] = reader.read(rows, at, store);
    out.push(node);
    at = next;
  }
  return out;
}

/** @param {string[]} rows @param {number} at @param {(row: string, index: number) => boolean} while_ */
function run(rows, at, while_) {
  let end = at;
  while (end < rows.length && while_(rows[end], end)) end += 1;
  return end;
}

/**
 * @typedef {[HTMLElement, number]} Read the node and the row after it
 * @typedef {{begins: (rows: string[], at: number) => boolean,
 *   read: (rows: string[], at: number, store: Store) => Read}} Reader
 * @type {Reader[]}
 */
const READERS = [
  { begins: (rows, at) => FENCE.test(rows[at]), read: fence },
  { begins: (rows, at) => HEADING.test(rows[at]), read: heading },
  { begins: (rows, at) => RULE.test(rows[at]), read: (_, at) => [el("hr"), at + 1] },
  { begins: (rows, at) => QUOTE.test(rows[at]), read: quote },
  { begins: isTable, read: table },
  { begins: (rows, at) => ITEM.test(rows[at]), read: list },
];

/** @type {Reader} */
const PARAGRAPH = {
  begins: () => true,
  read: (rows, at, store) => {
    const end = run(rows, at + 1, (row, index) => Boolean(row.trim()) && !READERS.some((r) => r.begins(rows, index)));
    return [el("p", {}, markdownInline(rows.slice(at, end).join("\n"), store)), end];
  },
};

/** @param {string[]} rows @param {number} at @returns {Read} */
function fence(rows, at) {
  const mark = FENCE.exec(rows[at])?.[1] ?? "```";
  const end = run(rows, at + 1, (row) => !row.trim().startsWith(mark));
  return [el("pre", {}, rows.slice(at + 1, end).join("\n")), end + 1];
}

/** @param {string[]} rows @param {number} at @param {Store} store @returns {Read} */
function heading(rows, at, store) {
  const [, marks, text] = /** @type {RegExpExecArray} */ (HEADING.exec(rows[at]));
  // The message itself is below the page's own headings.
  return [el(`h${Math.min(marks.length + 2, 6)}`, {}, markdownInline(text, store)), at + 1];
}

/** @param {string[]} rows @param {number} at @param {Store} store @returns {Read} */
function quote(rows, at, store) {
  const end = run(rows, at, (row) => QUOTE.test(row));
  const inner = rows.slice(at, end).map((row) => row.replace(QUOTE, ""));
  return [el("blockquote", {}, blocks(inner, store)), end];
}

/** @param {string[]} rows @param {number} at */
function isTable(rows, at) {
  return rows[at].includes("|") && at + 1 < rows.length && DELIMITER.test(rows[at + 1]) && rows[at + 1].includes("-");
}

/** @param {string} row */
function cells(row) {
  return row.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** @param {string[]} rows @param {number} at @param {Store} store @returns {Read} */
function table(rows, at, store) {
  const end = run(rows, at + 2, (row) => row.includes("|"));
  const align = cells(rows[at + 1]).map((mark) => (mark.endsWith(":") ? (mark.startsWith(":") ? "center" : "right") : "left"));
  const line = (/** @type {string} */ row, /** @type {string} */ tag) =>
    el("tr", {}, cells(row).map((cell, column) => el(tag, { class: `align-${align[column] ?? "left"}` }, markdownInline(cell, store))));
  const body = rows.slice(at + 2, end).map((row) => line(row, "td"));
  const grid = el("table", {}, el("thead", {}, line(rows[at], "th")), el("tbody", {}, body));
  return [el("div", { class: "table-scroll" }, grid), end];
}

/** @param {string[]} rows @param {number} at @param {Store} store @returns {Read} */
function list(rows, at, store) {
  const first = /** @type {RegExpExecArray} */ (ITEM.exec(rows[at]));
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let next = at;
  while (next < rows.length) {
    const match = ITEM.exec(rows[next]);
    if (!match || match[1].length < indent || match[1].length > indent + 1 || /\d/.test(match[2]) !== ordered) break;
    const end = itemEnd(rows, next + 1, indent);
    const width = match[1].length + match[2].length + 1;
    const inner = rows.slice(next + 1, end).map((row) => row.slice(Math.min(width, row.search(/\S|$/))));
    items.push(item(match[3], inner, store));
    next = end;
  }
  return [el(ordered ? "ol" : "ul", { start: ordered ? parseInt(first[2], 10) : null }, items), next];
}

/** Rows that are indented deeper belong to the item, also after one empty row. */
function itemEnd(/** @type {string[]} */ rows, /** @type {number} */ from, /** @type {number} */ indent) {
  return run(rows, from, (row, index) => {
    const deeper = row.search(/\S/) > indent;
    return deeper || (!row.trim() && index + 1 < rows.length && rows[index + 1].search(/\S/) > indent);
  });
}

/** @param {string} text @param {string[]} inner @param {Store} store */
function item(text, inner, store) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  const box = task && el("input", { type: "checkbox", disabled: true, checked: task[1] !== " " });
  return el("li", { class: task ? "todo" : null }, box, markdownInline(task ? task[2] : text, store), blocks(inner, store));
}
