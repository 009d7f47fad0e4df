import { fileUrl, post } from "./api.js";
import { showBlocks } from "./blocks.js";
import { el, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { emoji } from "./inline.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, clock, day, since, size } from "./looks.js";
import { toast } from "./toast.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").Message} Message
 * @typedef {{store: Store, channel: string, inThread: boolean, openThread: (ts: string) => void,
 *   asked: (ts: string) => void}} Setting
 */

const TOGETHER_SECONDS = 300;

/**
 * Show messages in order, with a line where a new day begins.
 * @param {Element} list @param {Message[]} messages @param {Setting} setting
 * @param {Map<string, Message[]>} [replies] by the time stamp of their root
 */
export function showMessages(list, messages, setting, replies = new Map()) {
  const items = messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const newDay = day(message.ts) !== (before && day(before.ts));
    const answers = replies.get(message.ts) ?? [];
    const compact = !newDay && isFollowOn(message, before) && !(replies.get(before.ts) ?? []).length;
    const failure = setting.store.failures.get(message.ts) ?? "";
    const item = {
      key: message.ts,
      version: JSON.stringify([setting.store.me, compact, failure, message, answers.map((answer) => [answer.ts, author(answer)])]),
      make: (/** @type {HTMLElement | undefined} */ old) => article(message, { compact, failure, answers }, setting, old),
    };
    const line = { key: `day ${day(message.ts)}`, version: day(message.ts), make: () => el("div", { class: "day", role: "separator" }, el("span", {}, day(message.ts))) };
    return newDay && !setting.inThread ? [line, item] : [item];
  });
  reconcile(list, items);
}

/** @param {Message} message */
function author(message) {
  return message.username ?? message.bot_id ?? message.user ?? "";
}

/** @param {Message} message @param {Message | undefined} before */
function isFollowOn(message, before) {
  // What the bot posts are documents of their own: each keeps its head.
  if (!before || message.bot_id || author(message) !== author(before) || Boolean(message.ephemeral) !== Boolean(before.ephemeral)) return false;
  return Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
}

/**
 * @param {Message} message @param {{compact: boolean, failure: string, answers: Message[]}} state
 * @param {Setting} setting @param {HTMLElement} [old]
 */
function article(message, state, setting, old) {
  const { store } = setting;
  const isBot = Boolean(message.bot_id) || Boolean(store.user(message.user)?.is_bot);
  const id = isBot ? store.workspace.bot_user_id : (message.user ?? "");
  const name = message.username || (message.user ? store.userName(message.user) : store.userName(id));
  // The old content node is kept, so that blocks that did not change stay the same nodes.
  const content = old?.querySelector(".content") ?? el("div", { class: "content" });
  fill(content, message, setting);
  const body = el("div", { class: "body", testid: message.ephemeral ? "ephemeral" : null },
    message.ephemeral && el("div", { class: "only-you" }, icon("eye"), "Only visible to you"),
    el("div", { class: "byline" }, el("span", { class: "author" }, name), isBot && el("span", { class: "badge" }, "App"), time(message),
      message.edited && el("span", { class: "edited" }, "(edited)")),
    content, files(message, store), reactions(message),
    state.failure && el("p", { class: "failure", role: "alert" }, icon("warning"), state.failure),
    footer(message, state.answers, setting));
  const looks = `message${state.compact ? " compact" : ""}${message.ephemeral ? " private" : ""}`;
  const props = { class: looks, testid: "message", "data-ts": message.ts, "aria-label": `${name}, ${clock(message.ts)}` };
  return el("article", props, el("div", { class: "gutter" }, state.compact ? time(message, true) : avatar(id, name, isBot)), body, toolbar(message, setting));
}

/** @param {Message} message @param {boolean} [short] without morning and afternoon, for the narrow gutter */
function time(message, short) {
  const moment = new Date(Number(message.ts) * 1000);
  const shown = short ? clock(message.ts).replace(/\s?[ap]m$/i, "") : clock(message.ts);
  return el("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, shown);
}

/** @param {Element} content @param {Message} message @param {Setting} setting */
function fill(content, message, setting) {
  const { store, channel } = setting;
  if (!message.blocks?.length) {
    content.replaceChildren(el("div", { class: "text" }, mrkdwn(message.text, store)));
    return;
  }
  showBlocks(content, message.blocks, {
    store,
    act: async (action) => void (await post("actions", { user: store.me, channel, message_ts: message.ts, ...action })),
    fail: (text) => {
      store.fail(message.ts, text);
      if (text) toast(text);
    },
  });
}

/** @param {Message} message @param {Store} store */
function files(message, store) {
  if (!message.files?.length) return null;
  return el("div", { class: "files" }, message.files.map((file) =>
    el("a", { class: "file", href: fileUrl(file.id, store.me), download: file.name ?? "" }, icon("file"),
      el("span", { class: "file-name" }, file.title || file.name), el("span", { class: "file-size" }, size(file.size)))));
}

/** @param {Message} message */
function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map((reaction) =>
    el("span", { class: "reaction", title: `:${reaction.name}:` }, emoji(reaction.name), ` ${reaction.users.length}`)));
}

/** @param {Message} message @param {Message[]} answers @param {Setting} setting */
function footer(message, answers, setting) {
  if (!answers.length || setting.inThread) return null;
  const { store } = setting;
  const ids = [...new Set(answers.map((answer) => (answer.bot_id ? store.workspace.bot_user_id : (answer.user ?? ""))))];
  const last = answers[answers.length - 1];
  return el("button", { class: "replies", type: "button", testid: "replies", onclick: () => setting.openThread(message.ts) },
    el("span", { class: "faces" }, ids.slice(0, 4).map((id) => avatar(id, store.userName(id), Boolean(store.user(id)?.is_bot)))),
    el("span", { class: "reply-count" }, answers.length === 1 ? "1 reply" : `${answers.length} replies`),
    el("span", { class: "reply-last" }, `Last ${since(last.ts)}`));
}

/** @param {Message} message @param {Setting} setting */
function toolbar(message, setting) {
  const { store, channel } = setting;
  if (message.ephemeral) {
    return el("div", { class: "toolbar" }, tool("close", "Dismiss", () => store.dismiss(channel, message.ts)));
  }
  const more = tool("more", "More actions", () => openMenu(more, store.workspace.shortcuts.map((shortcut) => ({
    label: shortcut.name,
    pick: () => run(shortcut.callback_id, message, setting),
  }))));
  more.dataset.testid = "message-menu";
  const root = message.thread_ts ?? message.ts;
  const reply = setting.inThread ? null : tool("reply", "Reply in thread", () => setting.openThread(root));
  return el("div", { class: "toolbar" }, reply, store.workspace.shortcuts.length ? more : null);
}

/** @param {string} name @param {string} label @param {() => void} onclick */
function tool(name, label, onclick) {
  return el("button", { class: "button-plain", type: "button", title: label, "aria-label": label, onclick }, icon(name));
}

/** @param {string} callback @param {Message} message @param {Setting} setting */
async function run(callback, message, { store, channel, asked }) {
  store.fail(message.ts);
  asked(message.thread_ts ?? message.ts);
  try {
    await post("shortcuts", { user: store.me, channel, message_ts: message.ts, callback_id: callback });
  } catch (error) {
    const text = /** @type {Error} */ (error).message;
    store.fail(message.ts, text);
    toast(text);
  }
}
