import { el } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

/**
 * @typedef {import("./blocks.js").Context} Context
 * @typedef {{block: string, action: string, node: any, read: () => Record<string, any>,
 *   fail: (text?: string) => void}} Field
 * @typedef {{node: any, read: () => Record<string, any>}} Made
 */

/** @type {Record<string, (item: any, start: any, context: Context) => Made>} */
const FIELDS = {
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  checkboxes: (item, start, context) => choices(item, start, context, "checkbox"),
  multi_static_select: (item, start, context) => choices(item, start, context, "checkbox"),
  radio_buttons: (item, start, context) => choices(item, start, context, "radio"),
  static_select: select,
};

let serial = 0;

/** @param {string} type */
export function isField(type) {
  return Object.hasOwn(FIELDS, type);
}

/** @param {any} item @param {string} block @param {Context} context @returns {Made} */
export function field(item, block, context) {
  const made = FIELDS[item.type](item, context.typed?.(block, item.action_id), context);
  made.node.dataset.testid = `action-${item.action_id}`;
  context.register?.({ block, action: item.action_id, ...made, fail: () => {} });
  return made;
}

/** The `input` block: label, field, hint and a place for the form's complaint. @param {any} block @param {Context} context */
export function inputBlock(block, context) {
  const item = block.element ?? {};
  if (!isField(item.type)) return el("div", { class: "unsupported" }, `unsupported input: ${item.type}`);
  const id = `field-${++serial}`;
  const made = FIELDS[item.type](item, context.typed?.(block.block_id, item.action_id), context);
  const group = made.node.matches("[role=group], [role=radiogroup]");
  const label = el(group ? "div" : "label", { class: "label", id: `${id}-label`, for: group ? null : id }, block.label?.text,
    block.optional && el("span", { class: "optional" }, " (optional)"));
  const hint = block.hint && el("p", { class: "hint", id: `${id}-hint` }, block.hint.text);
  const error = el("p", { class: "error", id: `${id}-error`, role: "alert", hidden: true });
  made.node.id = id;
  made.node.dataset.testid = `action-${item.action_id}`;
  made.node.setAttribute("aria-labelledby", `${id}-label`);
  made.node.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  context.register?.({ block: block.block_id, action: item.action_id, ...made, fail: (text) => complain(made.node, error, text) });
  if (block.dispatch_action) made.node.addEventListener("change", () => context.act({ block_id: block.block_id, action_id: item.action_id, ...made.read() }).catch((e) => context.fail(e.message)));
  return el("div", { class: "input", "data-block": block.block_id }, label, made.node, hint, error);
}

/** @param {HTMLElement} node @param {HTMLElement} error @param {string} [text] */
function complain(node, error, text) {
  error.textContent = text ?? "";
  error.hidden = !text;
  if (text) node.setAttribute("aria-invalid", "true");
  else node.removeAttribute("aria-invalid");
}

const KINDS = /** @type {Record<string, string>} */ ({ email_text_input: "email", url_text_input: "url", number_input: "number" });

/** @param {any} item @param {any} start @returns {Made} */
function textInput(item, start) {
  const value = start?.value ?? item.initial_value ?? "";
  const limits = { placeholder: item.placeholder?.text, maxlength: item.max_length, autofocus: item.focus_on_load };
  const node = item.multiline
    ? el("textarea", { class: "control", rows: 4, ...limits })
    : el("input", { class: "control", type: KINDS[item.type] ?? "text", ...limits });
  node.value = value;
  return { node, read: () => ({ type: item.type, value: node.value === "" ? null : node.value }) };
}

/** @param {any} item */
function allOptions(item) {
  return item.options ?? (item.option_groups ?? []).flatMap((/** @type {any} */ group) => group.options);
}

/** @param {any} item @param {any} start @returns {Made} */
function select(item, start) {
  const options = allOptions(item);
  const chosen = (start ? start.selected_option : item.initial_option)?.value;
  const option = (/** @type {any} */ one) => el("option", { value: one.value, selected: one.value === chosen }, one.text.text);
  const node = el("select", { class: "control" },
    el("option", { value: "", selected: chosen === undefined }, item.placeholder?.text ?? "Choose…"),
    item.options?.map(option) ?? (item.option_groups ?? []).map((/** @type {any} */ group) =>
      el("optgroup", { label: group.label?.text }, group.options.map(option))));
  const read = () => ({ type: item.type, selected_option: options.find((/** @type {any} */ one) => one.value === node.value) ?? null });
  return { node, read };
}

/** Checkboxes, radio buttons and multi-selects are the same list. @param {any} item @param {any} start @param {Context} context @param {string} kind @returns {Made} */
function choices(item, start, context, kind) {
  const options = allOptions(item);
  const initial = start ? (start.selected_options ?? [start.selected_option]) : (item.initial_options ?? [item.initial_option]);
  const chosen = new Set(initial.filter(Boolean).map((/** @type {any} */ one) => one.value));
  const name = `choice-${++serial}`;
  const boxes = options.map((/** @type {any} */ one) => {
    const box = el("input", { type: kind, name, checked: chosen.has(one.value), "data-value": one.value });
    const description = one.description && el("span", { class: "description" }, words(one.description, context));
    return { box, one, row: el("label", { class: "choice" }, box, el("span", {}, words(one.text, context), description)) };
  });
  const compact = item.type === "multi_static_select" ? " choices-box" : "";
  const role = kind === "radio" ? "radiogroup" : "group";
  const node = el("div", { class: `choices${compact}`, role }, boxes.map((/** @type {any} */ entry) => entry.row));
  const picked = () => boxes.filter((/** @type {any} */ entry) => entry.box.checked).map((/** @type {any} */ entry) => entry.one);
  const read = () => kind === "radio" ? { type: item.type, selected_option: picked()[0] ?? null } : { type: item.type, selected_options: picked() };
  return { node, read };
}

/** @param {any} object @param {Context} context */
function words(object, context) {
  return object?.type === "mrkdwn" ? mrkdwn(object.text, context.store) : (object?.text ?? "");
}
