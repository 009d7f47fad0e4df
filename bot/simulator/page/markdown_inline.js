import { el } from "./dom.js";
import { decode, emoji, lines, link, token } from "./inline.js";

/** @typedef {import("./store.js").Store} Store */

/**
 * Inline forms, tried in this order at every place. `wrap` recurses into the first group.
 * Forms with `links` make links, which must not be nested.
 * @type {{at: RegExp, links?: boolean, wrap?: string[], make?: (match: RegExpExecArray, store: Store) => any, bounded?: boolean}[]}
 */
const FORMS = [
  { at: /^\\([\\`*_{}[\]()#+\-.!|<>~&:])/, make: (match) => match[1] },
  { at: /^(`+)(?!`)([\s\S]*?[^`])\1(?!`)/, make: (match) => el("code", {}, match[2].replace(/^ (.+) $/, "$1")) },
  { at: /^<((?:https?:|mailto:|[@#!])[^<>\n]*)>/, make: (match, store) => token(match[1], store) },
  { links: true, at: /^!\[([^\]\n]*)\]\(([^()\s]+)[^()\n]*\)/, make: (match) => link(match[2], match[1] || match[2]) },
  {
    links: true,
    at: /^\[((?:[^[\]\n\\]|\\.|\[[^\]\n]*\])+)\]\(<?((?:[^()\s<>]|\([^()\s]*\))+)>?(?:\s+"[^"\n]*")?\)/,
    make: (match, store) => link(decode(match[2]), markdownInline(match[1], store, false)),
  },
  { at: /^\*\*\*(?=\S)([\s\S]*?\S)\*\*\*/, wrap: ["strong", "em"] },
  { at: /^\*\*(?=\S)([\s\S]*?\S)\*\*/, wrap: ["strong"] },
  { at: /^__(?=\S)([\s\S]*?\S)__(?!\w)/, wrap: ["strong"], bounded: true },
  { at: /^~~(?=\S)([\s\S]*?\S)~~/, wrap: ["s"] },
  { at: /^\*(?=[^\s*])([^*]*[^\s*])\*/, wrap: ["em"] },
  { at: /^_(?=[^\s_])([^_]*[^\s_])_(?!\w)/, wrap: ["em"], bounded: true },
  { at: /^:([a-z0-9_+-]+):/, make: (match) => emoji(match[1]) },
  { links: true, at: /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"*_]/, make: (match) => link(match[0], match[0]), bounded: true },
];

/** @param {string} text @param {Store} store @param {boolean} [links] @returns {Node[]} */
export function markdownInline(text, store, links = true) {
  const out = /** @type {any[]} */ ([]);
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = /[\\`<![*_~:h]/.test(text[at]) ? fit(text, at, links) : undefined;
    if (!found) {
      plain += text[at++];
      continue;
    }
    const { form, match } = found;
    out.push(...lines(decode(plain)), form.wrap ? wrap(form.wrap, markdownInline(match[1], store, links)) : form.make?.(match, store));
    plain = "";
    at += match[0].length;
  }
  return [...out, ...lines(decode(plain))].filter((node) => node !== "").map(toNode);
}

/** @param {string} text @param {number} at @param {boolean} links */
function fit(text, at, links) {
  const rest = text.slice(at);
  const inWord = at > 0 && /[\p{L}\p{N}_]/u.test(text[at - 1]);
  for (const form of FORMS) {
    const match = (form.bounded && inWord) || (form.links && !links) ? null : form.at.exec(rest);
    if (match) return { form, match };
  }
  return undefined;
}

/** @param {string[]} tags @param {Node[]} nodes */
function wrap(tags, nodes) {
  return tags.reduceRight((/** @type {any} */ inner, tag) => el(tag, {}, inner), nodes);
}

/** @param {Node | string} node */
function toNode(node) {
  return typeof node === "string" ? document.createTextNode(node) : node;
}
