import { post, upload } from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { encode } from "./inline.js";
import { size } from "./looks.js";
import { completion } from "./completion.js";
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
  const { store } = desk;
  const files = /** @type {{id: string, name: string, size: number}[]} */ ([]);
  const area = el("textarea", { rows: 1, testid: desk.testid, "aria-autocomplete": "list" });
  const tray = el("div", { class: "tray" });
  const menu = completion(area, store, desk.testid);
  const picker = el("input", { type: "file", multiple: true, hidden: true, testid: `${desk.testid}-file` });
  const send = el("button", { class: "button-send", type: "submit", title: "Send", "aria-label": "Send" }, icon("send"));
  const attach = el("button", { class: "button-plain", type: "button", title: "Attach a file", "aria-label": "Attach a file", onclick: () => picker.click() }, icon("attach"));
  const at = el("button", { class: "button-plain", type: "button", title: "Mention the bot", "aria-label": "Mention the bot", onclick: () => mentionBot(area, store) }, icon("at"));
  const hint = el("span", { class: "composer-hint" }, "Enter sends · Shift+Enter new line");
  const form = el("form", { class: "composer" }, menu.node, tray, area, el("div", { class: "composer-tools" }, attach, at, picker, hint, send));

  const show = () => tray.replaceChildren(...files.map((file) => el("span", { class: "file" }, icon("file"),
    el("span", { class: "file-name" }, file.name), el("span", { class: "file-size" }, size(file.size)),
    el("button", { class: "button-plain", type: "button", "aria-label": `Remove ${file.name}`, onclick: () => {
      files.splice(files.indexOf(file), 1);
      show();
    } }, "×"))));
  const take = async (/** @type {FileList | undefined} */ chosen) => {
    for (const file of chosen ?? []) {
      try {
        files.push(await upload(file, store.me));
      } catch (error) {
        toast(`${file.name}: ${/** @type {Error} */ (error).message}`);
      }
    }
    picker.value = "";
    show();
    area.focus();
  };
  const submit = async () => {
    const text = area.value.trim();
    if ((!text && !files.length) || form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    const sent = files.splice(0);
    area.value = "";
    show();
    try {
      await deliver(desk, text, sent.map((file) => file.id));
    } catch (error) {
      // Nothing typed is lost: it comes back before what was typed since.
      area.value = [text, area.value].filter(Boolean).join("\n");
      files.unshift(...sent);
      show();
      toast(/** @type {Error} */ (error).message);
    } finally {
      form.removeAttribute("aria-busy");
      grow(area);
    }
  };
  area.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (menu.key(event) || event.isComposing || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  area.addEventListener("input", () => grow(area));
  area.addEventListener("paste", (/** @type {ClipboardEvent} */ event) => event.clipboardData?.files.length && take(event.clipboardData.files));
  picker.addEventListener("change", () => take(picker.files));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("dragover", (/** @type {Event} */ event) => event.preventDefault());
  form.addEventListener("drop", (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
  return { node: form, area };
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
