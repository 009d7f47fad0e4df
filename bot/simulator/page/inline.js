import { el } from "./dom.js";

/** The few emoji that messages use by name. @type {Record<string, string>} */
const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", mag: "🔍", memo: "📝", moneybag: "💰", bulb: "💡", rocket: "🚀", tada: "🎉",
  eyes: "👀", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", wave: "👋", robot_face: "🤖",
  octagonal_sign: "🛑", no_entry: "⛔", page_facing_up: "📄", books: "📚", chart_with_upwards_trend: "📈",
  bar_chart: "📊", arrows_counterclockwise: "🔄", raised_hand: "✋", pray: "🙏", link: "🔗", pushpin: "📌",
  lock: "🔒", information_source: "ℹ️", red_circle: "🔴", large_green_circle: "🟢", slightly_smiling_face: "🙂",
};

/** @param {string} name @returns {string} the character, or the name as it was written */
export function emoji(name) {
  return EMOJI[name.split("::")[0]] ?? `:${name}:`;
}

/** Only the three entities that Slack itself writes. @param {string} text */
export function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Make typed text inert, as a chat client does before it sends. @param {string} text */
export function encode(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * A link to http or https; anything else stays the text it is. The host shows on hover, since a label may hide it.
 * @param {string} url @param {any[] | string} label
 */
export function link(url, label) {
  const target = webAddress(url);
  if (!target) return el("span", { class: "dead-link", title: "Not a web address" }, label);
  const host = target.host.replace(/^www\./, "");
  const props = { href: target.href, target: "_blank", rel: "noreferrer noopener", title: host, "data-host": host };
  const node = el("a", { class: "link", ...props }, label);
  // A label that reads like another address is the oldest trick there is.
  const claimed = webAddress(node.textContent.trim());
  if (claimed && claimed.host !== target.host) node.append(el("span", { class: "link-host" }, ` (${host})`));
  return node;
}

/** @param {string} url @returns {URL | undefined} */
export function webAddress(url) {
  if (!/^https?:\/\//i.test(url)) return undefined;
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** @param {string} id @param {import("./store.js").Store} store */
export function mention(id, store) {
  const mine = id === store.me ? " chip-me" : "";
  return el("span", { class: `chip${mine}`, "data-user": id }, `@${store.userName(id)}`);
}

/** @param {string} id @param {import("./store.js").Store} store @param {string} [label] */
export function channelChip(id, store, label) {
  return el("span", { class: "chip" }, `#${label || store.channel(id)?.name || id}`);
}

/** A mass mention glares on purpose: text of a model must never have become one. @param {string} range */
export function broadcast(range) {
  return el("span", { class: "chip chip-broadcast", testid: "broadcast" }, `@${range}`);
}

/**
 * What is between `<` and `>` in a message.
 * @param {string} body @param {import("./store.js").Store} store @returns {Node}
 */
export function token(body, store) {
  const bar = body.indexOf("|");
  const head = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : decode(body.slice(bar + 1));
  if (head.startsWith("@")) return mention(head.slice(1), store);
  if (head.startsWith("#")) return channelChip(head.slice(1), store, label);
  if (head.startsWith("!date^")) return document.createTextNode(label || head);
  if (head.startsWith("!subteam^")) return broadcast(label.replace(/^@/, "") || head.slice(9));
  if (head.startsWith("!")) return broadcast(label.replace(/^@/, "") || head.slice(1));
  const url = decode(head);
  return link(url, label || url.replace(/^mailto:/, ""));
}

/** Text with real line breaks. @param {string} text @returns {(Node | string)[]} */
export function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}
