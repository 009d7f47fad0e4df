import { confirm } from "./dialog.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { emoji } from "./inline.js";
import { field, isField } from "./inputs.js";
import { openMenu } from "./menu.js";

/** @typedef {import("./blocks.js").Context} Context */

/** @type {Record<string, (item: any, block: string, context: Context) => HTMLElement>} */
const ELEMENTS = { button, overflow, feedback_buttons: feedback, icon_button: iconButton, workflow_button: button };

/**
 * An interactive element; fields (selects, checkboxes …) send an action whenever they change.
 * @param {any} item @param {string} block @param {Context} context
 */
export function element(item, block, context) {
  if (Object.hasOwn(ELEMENTS, item?.type)) return ELEMENTS[item.type](item, block, context);
  if (!isField(item?.type)) return el("span", { class: "unsupported" }, `unsupported element: ${item?.type}`);
  const made = field(item, block, context);
  made.node.addEventListener("change", () => send(made.node, item, block, context, made.read()));
  return made.node;
}

/**
 * Ask first where the element wants it, then send the action and hold the element until the answer.
 * @param {any} control @param {any} item @param {string} block @param {Context} context
 * @param {Record<string, any>} value
 */
export async function send(control, item, block, context, value) {
  if (control.getAttribute("aria-busy") === "true") return;
  if (item.confirm && !(await confirm(item.confirm, context.store))) return;
  control.setAttribute("aria-busy", "true");
  context.fail();
  try {
    await context.act({ block_id: block, action_id: item.action_id, ...value });
  } catch (error) {
    context.fail(/** @type {Error} */ (error).message);
  } finally {
    control.removeAttribute("aria-busy");
  }
}

/** @param {any} object */
function label(object) {
  const words = typeof object === "string" ? object : (object?.text ?? "");
  return words.replace(/:([a-z0-9_+-]+):/g, (/** @type {string} */ _, /** @type {string} */ name) => emoji(name));
}

/** @param {any} item @param {string} block @param {Context} context */
function button(item, block, context) {
  const style = ["primary", "danger"].includes(item.style) ? ` button-${item.style}` : "";
  const props = { class: `button${style}`, type: "button", testid: `action-${item.action_id}`, "aria-label": item.accessibility_label };
  const node = el("button", props, el("span", {}, label(item.text)));
  node.addEventListener("click", () => {
    if (/^https?:\/\//i.test(item.url ?? "")) window.open(item.url, "_blank", "noopener,noreferrer");
    send(node, item, block, context, { type: "button", value: item.value });
  });
  return node;
}

/** @param {any} item @param {string} block @param {Context} context */
function overflow(item, block, context) {
  const props = { class: "button button-icon", type: "button", "aria-label": "More", "aria-haspopup": "menu", testid: `action-${item.action_id}` };
  const node = el("button", props, icon("more"));
  node.addEventListener("click", () => openMenu(node, item.options.map((/** @type {any} */ option) => ({
    label: label(option.text),
    pick: () => send(node, item, block, context, { type: "overflow", selected_option: option }),
  }))));
  return node;
}

/** @param {any} item @param {string} block @param {Context} context */
function feedback(item, block, context) {
  const one = (/** @type {any} */ choice, /** @type {string} */ className, /** @type {string} */ testid) => {
    const node = el("button", { class: `button button-icon ${className}`, type: "button", title: label(choice.text), "aria-label": label(choice.text), testid }, icon("up"));
    node.addEventListener("click", () => send(node, item, block, context, { type: item.type, value: choice.value }));
    return node;
  };
  return el("span", { class: "feedback" },
    one(item.positive_button, "thumb-up", `action-${item.action_id}`),
    one(item.negative_button, "thumb-down", `action-${item.action_id}-negative`));
}

/** @param {any} item @param {string} block @param {Context} context */
function iconButton(item, block, context) {
  const node = el("button", { class: "button button-icon", type: "button", title: label(item.text), "aria-label": label(item.text), testid: `action-${item.action_id}` }, icon("trash"));
  node.addEventListener("click", () => send(node, item, block, context, { type: item.type, value: item.value }));
  return node;
}
