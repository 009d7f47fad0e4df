import { post } from "./api.js";
import { attachments } from "./attachments.js";
import { completion } from "./completion.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { encode } from "./inline.js";
import { toast } from "./toast.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {{store: Store, testid: string, thread: () => string, sent: (ts: string) => void,
 *   commanded: () => void}} Desk
 */

/**
 * Where one writes: Enter sends, Shift+Enter breaks the line, files can be dropped or chosen.
 * @param {Desk} desk
 */
export function composer(desk) {
  const area = el("textarea", { rows: 1, testid: desk.testid, "aria-autocomplete": "list" });
  const files = attachments(desk.store, desk.testid, area);
  const menu = completion(area, desk.store, desk.testid);
  const at = el("button", { class: "button-plain", type: "button", title: "Mention the bot", "aria-label": "Mention the bot", onclick: () => mentionBot(area, desk.store) }, icon("at"));
  const send = el("button", { class: "button-send", type: "submit", title: "Send", "aria-label": "Send" }, icon("send"));
  const hint = el("span", { class: "composer-hint" }, "Enter sends · Shift+Enter new line");
  const form = el("form", { class: "composer" }, menu.node, files.tray, area,
    el("div", { class: "composer-tools" }, files.button, at, files.picker, hint, send));
  const submit = () => submitOnce(form, area, files, desk);
  area.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (menu.key(event) || event.isComposing || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  area.addEventListener("input", () => grow(area));
  area.addEventListener("paste", (/** @type {ClipboardEvent} */ event) => event.clipboardData?.files.length && files.add(event.clipboardData.files));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("dragover", (/** @type {Event} */ event) => event.preventDefault());
  form.addEventListener("drop", (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    files.add(event.dataTransfer?.files);
  });
  return { node: form, area };
}

/**
 * @param {HTMLElement} form @param {HTMLTextAreaElement} area
 * @param {ReturnType<typeof attachments>} files @param {Desk} desk
 */
async function submitOnce(form, area, files, desk) {
  const text = area.value.trim();
  const nothing = !text && !files.tray.childElementCount;
  if (nothing || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const taken = files.take();
  area.value = "";
  try {
    await deliver(desk, text, taken.map((file) => file.id));
  } catch (error) {
    // Nothing typed is lost: it comes back before what was typed since.
    area.value = [text, area.value].filter(Boolean).join("\n");
    files.giveBack(taken);
    toast(/** @type {Error} */ (error).message);
  } finally {
    form.removeAttribute("aria-busy");
    grow(area);
  }
}

/** @param {HTMLTextAreaElement} area */
function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
}

/** @param {HTMLTextAreaElement} area @param {Store} store */
function mentionBot(area, store) {
  const name = `@${store.user(store.workspace.bot_user_id)?.name} `;
  if (!area.value.includes(name.trim())) area.value = name + area.value;
  area.focus();
}

/**
 * Send a text as what it is: a declared command outside of threads, else a message.
 * @param {Desk} desk @param {string} text @param {string[]} files
 */
async function deliver(desk, text, files) {
  const { store } = desk;
  const [, name, rest] = /** @type {RegExpExecArray} */ (/^(\S*)\s*([\s\S]*)$/.exec(text));
  const declared = store.workspace.commands.some((command) => command.command === name);
  const where = { user: store.me, channel: store.place };
  if (declared && !desk.thread()) {
    desk.commanded();
    await post("commands", { ...where, command: name, text: encode(rest) });
    return;
  }
  if (declared) throw new Error(`${name} does not work inside a thread. Mention the bot instead, or write it in the channel.`);
  if (/^\/[a-z][\w-]*$/.test(name)) throw new Error(`${name} is not a command here. ${known(store)}`);
  const { ts } = await post("messages", { ...where, text: encode(text), thread_ts: desk.thread() || undefined, file_ids: files });
  desk.sent(ts);
}

/** @param {Store} store */
function known(store) {
  return `Known: ${store.workspace.commands.map((command) => command.command).join(", ")}.`;
}
