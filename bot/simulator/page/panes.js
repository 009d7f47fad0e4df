import { composer } from "./composer.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { encode } from "./inline.js";
import { showMessages } from "./messages.js";
import { scroller } from "./scroller.js";
import { isReply } from "./store.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").Message} Message
 * @typedef {import("./conversation.js").Conversation} Conversation
 */

/** @param {Store} store @param {Conversation} conversation */
export function channelPane(store, conversation) {
  const list = el("div", { class: "list", role: "log", "aria-label": "Messages" });
  const scroll = scroller(list);
  const chips = el("div", { class: "suggestions", role: "group", "aria-label": "Suggested questions" });
  const desk = composer({
    store, testid: "composer", thread: () => "", sent: conversation.asked, commanded: conversation.commanded,
  });
  const node = el("section", { class: "pane", "aria-label": "Conversation" }, scroll.node, el("div", { class: "desk" }, chips, desk.node));
  let place = "";
  store.subscribe(() => {
    const channel = store.channel(store.place);
    node.hidden = !channel;
    if (!channel) return;
    const all = store.all(channel.id);
    const replies = new Map();
    for (const message of all.filter(isReply)) replies.set(message.thread_ts, [...(replies.get(message.thread_ts) ?? []), message]);
    const top = all.filter((message) => !isReply(message));
    const empty = top.length === 0 && store.loaded.has(channel.id);
    scroll.around(place !== channel.id, () => {
      showMessages(list, top, setting(store, conversation, channel.id, false), replies);
      scroll.greet(empty ? welcome(store, channel) : null);
    });
    showChips(chips, store, conversation, channel, empty);
    const title = store.title(channel);
    desk.area.placeholder = channel.is_im ? `Message ${title}` : `Message #${title} · @${store.user(store.workspace.bot_user_id)?.name} to ask, / for commands`;
    desk.area.setAttribute("aria-label", desk.area.placeholder);
    if (place !== channel.id && window.matchMedia("(min-width: 800px)").matches) desk.area.focus();
    place = channel.id;
  });
  return node;
}

/** @param {Store} store @param {Conversation} conversation @param {string} channel @param {boolean} inThread */
function setting(store, conversation, channel, inThread) {
  return { store, channel, inThread, openThread: conversation.openThread, asked: conversation.asked };
}

/** @param {Store} store @param {import("./store.js").Channel} channel */
function welcome(store, channel) {
  const title = channel.is_im ? store.title(channel) : `#${channel.name}`;
  const bot = store.userName(store.workspace.bot_user_id);
  const words = channel.is_im
    ? `This is the beginning of your conversation with ${title}. Ask a research question.`
    : `Nothing has been said here yet. Mention @${bot} with a question: it works in a thread, where everybody can watch and review.`;
  return el("div", { class: "welcome" }, el("h2", {}, title), el("p", {}, words));
}

/** @param {Element} chips @param {Store} store @param {Conversation} conversation @param {import("./store.js").Channel} channel @param {boolean} show */
function showChips(chips, store, conversation, channel, show) {
  const all = store.workspace.suggestions ?? [];
  const here = all.filter((one) => !one.channel || [channel.id, channel.name, `#${channel.name}`].includes(one.channel));
  const offered = here.length ? here : all;
  /** @type {HTMLElement} */ (chips).hidden = !show || !offered.length;
  if (chips.getAttribute("data-for") === channel.id) return;
  chips.setAttribute("data-for", channel.id);
  const to = channel.is_im ? "" : `<@${store.workspace.bot_user_id}> `;
  chips.replaceChildren(...offered.map((one) => el("button", {
    class: "suggestion", type: "button", testid: "suggestion", title: one.text, onclick: (/** @type {MouseEvent} */ event) => event.detail < 2 && conversation.say(to + encode(one.text)),
  }, icon("idea"), el("span", { class: "suggestion-title" }, one.title), el("span", { class: "suggestion-text" }, one.text))));
}

/** @param {Store} store @param {Conversation} conversation */
export function threadPane(store, conversation) {
  const list = el("div", { class: "list", role: "log", "aria-label": "Thread" });
  const scroll = scroller(list);
  const where = el("span", { class: "thread-where" });
  const desk = composer({ store, testid: "thread-composer", thread: () => store.thread, sent: () => {}, commanded: () => {} });
  const close = el("button", { class: "button-plain", type: "button", title: "Close thread", "aria-label": "Close thread", testid: "thread-close", onclick: () => store.set({ thread: "" }) }, icon("close"));
  const node = el("aside", { class: "thread", testid: "thread", "aria-label": "Thread", hidden: true },
    el("header", { class: "bar" }, el("h2", {}, "Thread"), where, el("span", { class: "spacer" }), close),
    scroll.node, el("div", { class: "desk" }, desk.node));
  let shown = "";
  store.subscribe(() => {
    const channel = store.channel(store.place);
    node.hidden = !channel || !store.thread;
    if (node.hidden || !channel) {
      shown = "";
      return;
    }
    where.textContent = channel.is_im ? store.title(channel) : `#${store.title(channel)}`;
    const messages = store.all(channel.id).filter((one) => one.ts === store.thread || one.thread_ts === store.thread);
    scroll.around(shown !== store.thread, () => showMessages(list, messages, setting(store, conversation, channel.id, true)));
    desk.area.placeholder = channel.is_im ? "Reply…" : `Reply · @${store.user(store.workspace.bot_user_id)?.name} to follow up`;
    desk.area.setAttribute("aria-label", "Reply in thread");
    shown = store.thread;
  });
  return node;
}
