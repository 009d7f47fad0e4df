import { el } from "./dom.js";
import { broadcast, channelChip, emoji, link, mention } from "./inline.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {any} block @param {Store} store @returns {HTMLElement} */
export function richText(block, store) {
  return el("div", { class: "rich-text" }, (block?.elements ?? []).map((/** @type {any} */ part) => container(part, store)));
}

/** @param {any} part @param {Store} store */
function container(part, store) {
  const inner = () => (part.elements ?? []).map((/** @type {any} */ piece) => span(piece, store));
  switch (part.type) {
    case "rich_text_section": return el("div", { class: "rich-section" }, inner());
    case "rich_text_quote": return el("blockquote", {}, inner());
    case "rich_text_preformatted": return el("pre", {}, inner());
    case "rich_text_list": return list(part, store);
    default: return el("div", { class: "unsupported" }, `unsupported rich text: ${part.type}`);
  }
}

/** @param {any} part @param {Store} store */
function list(part, store) {
  const items = (part.elements ?? []).map((/** @type {any} */ section) =>
    el("li", {}, (section.elements ?? []).map((/** @type {any} */ piece) => span(piece, store))));
  const ordered = part.style === "ordered";
  const indent = `indent-${Math.min(part.indent ?? 0, 6)}`;
  return el(ordered ? "ol" : "ul", { class: indent, start: ordered ? (part.offset ?? 0) + 1 : null }, items);
}

/** @param {any} piece @param {Store} store */
function span(piece, store) {
  switch (piece.type) {
    case "text": return styled(piece.text, piece.style);
    case "link": return styled(link(piece.url, piece.text || piece.url), piece.style);
    case "user": return mention(piece.user_id, store);
    case "channel": return channelChip(piece.channel_id, store);
    case "broadcast": return broadcast(piece.range);
    case "usergroup": return broadcast(piece.usergroup_id);
    case "emoji": return emoji(piece.name);
    case "date": return piece.fallback || new Date(piece.timestamp * 1000).toLocaleString();
    default: return el("span", { class: "unsupported" }, `unsupported: ${piece.type}`);
  }
}

const TAGS = [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]];

/** @param {any} content @param {Record<string, boolean>} [style] */
function styled(content, style = {}) {
  return TAGS.reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), content);
}
