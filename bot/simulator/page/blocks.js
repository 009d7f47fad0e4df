import { el, reconcile } from "./dom.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { inputBlock } from "./inputs.js";
import { emoji } from "./inline.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { plan, taskCard } from "./plan.js";
import { richText } from "./rich_text.js";
import { table } from "./table.js";

/**
 * Where blocks are and how their elements reach the server. `register` is there in modals and the Home tab, whose
 * fields are read together.
 * @typedef {{store: import("./store.js").Store,
 *   act: (action: Record<string, any>) => Promise<void>,
 *   fail: (text?: string) => void,
 *   register?: (field: import("./inputs.js").Field) => void,
 *   typed?: (block: string, action: string) => any}} Context
 */

/** @type {Record<string, (block: any, context: Context, old?: HTMLElement) => HTMLElement>} */
const RENDERERS = {
  section,
  header: (block) => el("h3", { class: "header" }, plain(block.text)),
  context: (block, context) => el("div", { class: "context" }, (block.elements ?? []).map((/** @type {any} */ item) => small(item, context))),
  actions,
  context_actions: actions,
  divider: () => el("hr", { class: "divider" }),
  markdown: (block, context) => markdown(block.text, context.store),
  rich_text: (block, context) => richText(block, context.store),
  image: (block) => picture(block, "image"),
  table: (block, context) => table(block, context.store),
  data_table: (block, context) => table(block, context.store),
  input: inputBlock,
  plan: (block, context, old) => plan(block, context.store, old),
  task_card: (block, context) => taskCard(block, context.store),
  alert: (block, context) => el("div", { class: `alert alert-${word(block.level)}`, role: "note" }, text(block.text, context.store)),
  container: fold,
};

/**
 * Bring `parent` to show `blocks`; an unchanged block keeps its nodes.
 * @param {Element} parent @param {any[]} blocks @param {Context} context
 */
export function showBlocks(parent, blocks, context) {
  reconcile(parent, blocks.map((block, index) => ({
    key: `${index}:${block?.type}`,
    version: JSON.stringify(block),
    make: (old) => renderBlock(block, context, old),
  })));
}

/** @param {any} block @param {Context} context @param {HTMLElement} [old] */
function renderBlock(block, context, old) {
  const type = String(block?.type);
  const render = Object.hasOwn(RENDERERS, type) ? RENDERERS[type] : undefined;
  const node = render ? guarded(() => render(block, context, old), type) : unsupported(`unsupported block: ${type}`);
  node.classList.add("block");
  return node;
}

/** A block of a wrong shape costs its own place, not the page. @param {() => HTMLElement} render @param {string} type */
function guarded(render, type) {
  try {
    return render();
  } catch (error) {
    console.warn(error);
    return unsupported(`malformed block: ${type}`);
  }
}

/** @param {string} text */
function unsupported(text) {
  return el("div", { class: "unsupported", testid: "unsupported" }, icon("warning"), text);
}

/** A text object as DOM. @param {any} object @param {import("./store.js").Store} store */
function text(object, store) {
  return object?.type === "mrkdwn" ? mrkdwn(object.text, store) : plain(object);
}

/** @param {any} object */
function plain(object) {
  const words = typeof object === "string" ? object : (object?.text ?? "");
  return words.replace(/:([a-z0-9_+-]+):/g, (/** @type {string} */ _, /** @type {string} */ name) => emoji(name));
}

/** Only a plain word of the data may become part of a class name. @param {any} value */
function word(value) {
  return /^[a-z_]+$/.test(value) ? value : "default";
}

/** @param {any} block @param {Context} context */
function section(block, context) {
  const body = block.text && el("div", { class: "section-text" }, text(block.text, context.store));
  const fields = block.fields && el("div", { class: "fields" },
    block.fields.map((/** @type {any} */ field) => el("div", {}, text(field, context.store))));
  const accessory = block.accessory && el("div", { class: "accessory" },
    block.accessory.type === "image" ? picture(block.accessory, "thumbnail") : element(block.accessory, block.block_id, context));
  return el("div", { class: "section" }, el("div", { class: "section-main" }, body, fields), accessory);
}

/** @param {any} block @param {Context} context */
function actions(block, context) {
  const quiet = block.type === "context_actions" ? " quiet" : "";
  return el("div", { class: `actions${quiet}` },
    (block.elements ?? []).map((/** @type {any} */ item) => element(item, block.block_id, context)));
}

/** @param {any} item @param {Context} context */
function small(item, context) {
  return item.type === "image" ? picture(item, "thumbnail tiny") : el("span", {}, text(item, context.store));
}

/** Nothing is fetched from elsewhere: a foreign picture is its description. @param {any} block @param {string} className */
function picture(block, className) {
  const url = new URL(block.image_url ?? "", location.href);
  const own = block.image_url && url.origin === location.origin;
  const title = block.title && el("figcaption", {}, plain(block.title));
  const body = own
    ? el("img", { src: url.href, alt: block.alt_text ?? "" })
    : el("div", { class: "no-image", role: "img", "aria-label": block.alt_text }, icon("image"), block.alt_text || "image");
  return el("figure", { class: className }, title, body);
}

/** @param {any} block @param {Context} context */
function fold(block, context) {
  const inner = el("div", { class: "fold-body" });
  showBlocks(inner, block.child_blocks ?? [], context);
  const open = !block.is_collapsible || !block.default_collapsed;
  return el("details", { class: "fold", open }, el("summary", {}, plain(block.title)), inner);
}
