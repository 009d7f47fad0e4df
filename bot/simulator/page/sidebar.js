import { el, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, ICON } from "./looks.js";

/** @typedef {import("./store.js").Store} Store */

/**
 * @param {Store} store
 * @param {{go: (place: string) => void, become: (user: string) => void}} ways
 */
export function sidebar(store, { go, become }) {
  const { team, users } = store.workspace;
  const people = users.filter((user) => !user.is_bot);
  const chooser = el("select", { testid: "user-switch", id: "user-switch", onchange: () => become(chooser.value) },
    people.map((user) => el("option", { value: user.id }, `${user.real_name || user.name}${role(user)}`)));
  const face = el("span", { class: "switch-face" });
  const links = el("div", { class: "links" });
  const node = el("nav", { class: "sidebar", id: "sidebar", "aria-label": "Workspace" },
    el("header", { class: "team" }, el("img", { class: "team-mark", src: ICON, alt: "" }),
      el("div", {}, el("div", { class: "team-name" }, team.name), el("div", { class: "team-kind" }, "Local workspace"))),
    links,
    el("div", { class: "switch" }, face, el("div", { class: "switch-body" },
      el("label", { for: "user-switch" }, "You are"), chooser)));
  store.subscribe(() => {
    chooser.value = store.me;
    const me = store.user(store.me);
    face.replaceChildren(me ? avatar(me.id, me.real_name || me.name, false) : "");
    reconcile(links, groups(store, go));
  });
  return node;
}

/** @param {import("./store.js").User} user */
function role(user) {
  if (user.is_admin) return " · admin";
  return user.is_guest ? " · guest" : "";
}

/** @param {Store} store @param {(place: string) => void} go */
function groups(store, go) {
  const seen = store.visible();
  const app = store.userName(store.workspace.bot_user_id);
  const home = { key: "home", version: `${store.place}`, make: () => link(store, go, { id: "home", label: `${app} home`, mark: icon("home"), testid: "home-link" }) };
  const rooms = seen.filter((channel) => !channel.is_im).map((channel) => entry(store, channel, go));
  const talks = seen.filter((channel) => channel.is_im).map((channel) => entry(store, channel, go));
  const pages = store.workspace.links.map((to) => ({
    key: to.url, version: "",
    make: () => el("a", { class: "place", href: to.url, testid: "page-link" }, el("span", { class: "place-mark" }, icon("grid")), el("span", { class: "place-name" }, to.title)),
  }));
  return [title("App"), home, ...pages, title("Channels"), ...rooms, ...(talks.length ? [title("Direct messages")] : []), ...talks];
}

/** @param {string} text */
function title(text) {
  return { key: `title ${text}`, version: "", make: () => el("h2", { class: "links-title" }, text) };
}

/** @param {Store} store @param {import("./store.js").Channel} channel @param {(place: string) => void} go */
function entry(store, channel, go) {
  const label = store.title(channel);
  const unread = store.unread.has(channel.id);
  const other = channel.members?.find((id) => id !== store.me) ?? store.workspace.bot_user_id;
  const mark = () => channel.is_im ? avatar(other, label, Boolean(store.user(other)?.is_bot)) : icon(channel.is_private ? "lock" : "hash");
  return {
    key: channel.id,
    version: JSON.stringify([label, unread, store.place === channel.id]),
    make: () => link(store, go, { id: channel.id, label, mark: mark(), testid: `channel-${label}`, unread }),
  };
}

/**
 * @param {Store} store @param {(place: string) => void} go
 * @param {{id: string, label: string, mark: Node, testid: string, unread?: boolean}} to
 */
function link(store, go, to) {
  const here = store.place === to.id;
  return el("button", {
    class: `place${to.unread ? " unread" : ""}`, type: "button", testid: to.testid,
    "aria-current": here ? "page" : null, onclick: () => go(to.id),
  }, el("span", { class: "place-mark" }, to.mark), el("span", { class: "place-name" }, to.label),
  to.unread && el("span", { class: "dot" }, el("span", { class: "visually-hidden" }, "unread")));
}
