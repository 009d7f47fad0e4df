import { el } from "./dom.js";
import { icon } from "./icons.js";

/**
 * The head of the centre: where one is, the notice, and whether the connection is open.
 * @param {import("./store.js").Store} store @param {() => void} toggleMenu
 */
export function topBar(store, toggleMenu) {
  const menu = el("button", { class: "button-plain menu-button", type: "button", "aria-label": "Menu", "aria-controls": "sidebar", onclick: toggleMenu }, icon("menu"));
  const mark = el("span", { class: "place-mark" });
  const title = el("h1", {});
  const people = el("span", { class: "people" });
  const offline = el("span", { class: "reconnecting", role: "status", testid: "reconnecting", hidden: true }, "Reconnecting…");
  const { notice } = store.workspace;
  const strip = notice && el("p", { class: "notice", testid: "notice" }, notice);
  store.subscribe(() => {
    const channel = store.channel(store.place);
    mark.replaceChildren(icon(channel ? (channel.is_im ? "reply" : channel.is_private ? "lock" : "hash") : "home"));
    title.textContent = channel ? store.title(channel) : "Home";
    people.textContent = channel && !channel.is_im ? `${channel.members?.length ?? 0} members` : "";
    offline.hidden = store.online;
  });
  return el("div", { class: "top" }, el("header", { class: "bar" }, menu, mark, title, people, el("span", { class: "spacer" }), offline), strip);
}
