import { el } from "./dom.js";

/** @typedef {import("./store.js").Store} Store @typedef {{insert: string, label: string, note: string}} Choice */

/**
 * A list over the text area that completes `/commands` and `@names`.
 * @param {HTMLTextAreaElement} area @param {Store} store @param {string} id
 */
export function completion(area, store, id) {
  const listId = `${id}-choices`;
  const node = el("div", { class: "choices-menu", role: "listbox", id: listId, "aria-label": "Suggestions", hidden: true });
  let choices = /** @type {Choice[]} */ ([]);
  let at = 0;
  const close = () => {
    node.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };
  const pick = (/** @type {Choice} */ choice) => {
    const head = area.value.slice(0, area.selectionStart).replace(/[/@][^\s]*$/, "");
    const tail = area.value.slice(area.selectionStart).replace(/^ /, "");
    area.value = `${head}${choice.insert} ${tail}`;
    area.selectionStart = area.selectionEnd = head.length + choice.insert.length + 1;
    area.focus();
    close();
  };
  const show = () => {
    node.replaceChildren(...choices.map((choice, index) => el("div", {
      class: "choice-row", role: "option", id: `${listId}-${index}`, "aria-selected": String(index === at),
      onmousedown: (/** @type {Event} */ event) => {
        event.preventDefault();
        pick(choice);
      },
    }, el("strong", {}, choice.label), el("span", {}, choice.note))));
    node.hidden = !choices.length;
    if (choices.length) area.setAttribute("aria-activedescendant", `${listId}-${at}`);
  };
  area.setAttribute("aria-controls", listId);
  area.addEventListener("input", () => {
    choices = fitting(area.value.slice(0, area.selectionStart), store);
    at = 0;
    if (choices.length) show();
    else close();
  });
  area.addEventListener("blur", close);
  /** @param {KeyboardEvent} event @returns {boolean} whether the list took the key */
  const key = (event) => {
    if (node.hidden) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const takes = event.key === "Tab" || (event.key === "Enter" && area.value.slice(0, area.selectionStart) !== choices[at].insert);
    if (step) at = (at + step + choices.length) % choices.length;
    if (step) show();
    else if (takes) pick(choices[at]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    return true;
  };
  return { node, key };
}

/** @param {string} before the text up to the cursor @param {Store} store @returns {Choice[]} */
function fitting(before, store) {
  const command = /^\/\S*$/.exec(before);
  if (command) {
    return store.workspace.commands.filter((one) => one.command.startsWith(command[0]))
      .map((one) => ({ insert: one.command, label: `${one.command} ${one.usage_hint ?? ""}`, note: one.description }));
  }
  const name = /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u.exec(before);
  if (!name) return [];
  const start = name[1].toLowerCase();
  const fits = store.workspace.users.filter((user) => user.name.toLowerCase().startsWith(start) || user.real_name?.toLowerCase().startsWith(start));
  return fits.filter((user) => user.name.toLowerCase() !== start).slice(0, 6)
    .sort((a, b) => Number(b.is_bot) - Number(a.is_bot))
    .map((user) => ({ insert: `@${user.name}`, label: `@${user.name}`, note: user.real_name }));
}
