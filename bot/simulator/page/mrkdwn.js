import { el } from "./dom.js";
import { decode, emoji, lines, link, token } from "./inline.js";

/** @typedef {import("./store.js").Store} Store */

/** What each inline form looks like where it begins, and what it becomes; the first that fits wins. */
const FORMS = [
  { at: /^`([^`\n]+)`/, make: (/** @type {any} */ m) => el("code", {}, decode(m[1])) },
  { at: /^<((?:[@#!]|[a-z][a-z0-9+.-]*:)[^<>\n]*)>/i, make: (/** @type {any} */ m, /** @type {Store} */ store) => token(m[1], store) },
  { at: /^\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])/, wrap: "strong", bounded: true },
  { at: /^_(?=[^\s_])([^\n]*?[^\s])_(?!\w)/, wrap: "em", bounded: true },
  { at: /^~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])/, wrap: "s", bounded: true },
  { at: /^:([a-z0-9_+-]+):/, make: (/** @type {any} */ m) => emoji(m[1]) },
  { at: /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"]/, make: (/** @type {any} */ m) => link(decode(m[0]), decode(m[0])) },
];

/**
 * Slack's own markup as DOM.
 * @param {string} text @param {Store} store @returns {DocumentFragment}
 */
export function mrkdwn(text, store) {
  const out = document.createDocumentFragment();
  String(text ?? "").split(/```([\s\S]*?)```/).forEach((part, index) => {
    if (index % 2) out.append(el("pre", {}, decode(part.replace(/^\n/, "").replace(/\n$/, ""))));
    else out.append(...quoted(part.replace(index ? /^\n/ : /^$/, ""), store));
  });
  return out;
}

/** @param {string} text @param {Store} store @returns {Node[]} */
function quoted(text, store) {
  const groups = /** @type {{quote: boolean, rows: string[]}[]} */ ([]);
  for (const row of text.split("\n")) {
    const quote = /^(>|&gt;)/.test(row);
    const last = groups[groups.length - 1];
    const body = quote ? row.replace(/^(>|&gt;) ?/, "") : row;
    if (last && last.quote === quote) last.rows.push(body);
    else groups.push({ quote, rows: [body] });
  }
  return groups.flatMap((group) => {
    const nodes = inline(group.rows.join("\n"), store);
    return group.quote ? [el("blockquote", {}, nodes)] : nodes;
  });
}

/** @param {string} text @param {Store} store @returns {Node[]} */
export function inline(text, store) {
  const out = /** @type {any[]} */ ([]);
  let plain = "";
  let at = 0;
  const flush = () => {
    out.push(...lines(decode(plain)));
    plain = "";
  };
  while (at < text.length) {
    const found = fit(text, at);
    if (!found) {
      plain += text[at++];
      continue;
    }
    flush();
    const { form, match } = found;
    out.push(form.wrap ? el(form.wrap, {}, inline(match[1], store)) : form.make?.(match, store));
    at += match[0].length;
  }
  flush();
  return out.filter((node) => node !== "").map((node) => (typeof node === "string" ? document.createTextNode(node) : node));
}

/** @param {string} text @param {number} at */
function fit(text, at) {
  if (!/[`<*_~:h]/.test(text[at])) return undefined;
  const rest = text.slice(at);
  const inWord = at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]);
  for (const form of FORMS) {
    const match = form.bounded && inWord ? null : form.at.exec(rest);
    if (match && !(inWord && text[at] === "h")) return { form, match };
  }
  return undefined;
}
