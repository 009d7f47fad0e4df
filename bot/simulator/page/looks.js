import { el } from "./dom.js";

/** The bot's mark, also the workspace's. */
export const ICON = "/page/icon.svg";
const TONES = 8;

/** A face made of initials; the bot's is its mark. @param {string} id @param {string} name @param {boolean} isBot */
export function avatar(id, name, isBot) {
  if (isBot) return el("img", { class: "avatar avatar-bot", src: ICON, alt: "", title: name });
  const sum = [...id].reduce((total, letter) => total + letter.charCodeAt(0) * 7, 0);
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  return el("span", { class: `avatar tone-${sum % TONES}`, "aria-hidden": "true", title: name }, initials);
}

/** @param {string} ts */
function moment(ts) {
  return new Date(Number(ts) * 1000);
}

/** @param {string} ts */
export function clock(ts) {
  return moment(ts).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** @param {string} ts */
export function day(ts) {
  const date = moment(ts);
  const today = new Date();
  const yesterday = new Date(today.getTime() - 86_400_000);
  if (date.toDateString() === today.toDateString()) return "Today";
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** @param {string} ts */
export function since(ts) {
  return day(ts) === "Today" ? `today at ${clock(ts)}` : `on ${moment(ts).toLocaleDateString()}`;
}

/** @param {number} [bytes] */
export function size(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
