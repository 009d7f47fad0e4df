/** @typedef {Node | string | null | undefined | false | Child[]} Child */

/**
 * Build an element. Text children become text nodes, so nothing that comes from data is ever parsed as HTML.
 * `onclick` and the like take functions, `testid` becomes data-testid, null and false leave an attribute out.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {any}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) assign(node, name, value);
  node.append(...flat(children));
  return node;
}

/** @param {HTMLElement} node @param {string} name @param {any} value */
function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") node.addEventListener(name.slice(2), value);
  else if (name === "class") node.className = value;
  else if (name === "testid") node.dataset.testid = value;
  else if (name === "value") /** @type {any} */ (node).value = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Child[]} children @returns {(Node | string)[]} */
export function flat(children) {
  return /** @type {any[]} */ (children).flat(Infinity).filter((child) => child || child === "");
}

/**
 * @typedef {{key: string, version: string, make: (old: HTMLElement | undefined) => HTMLElement}} Item
 * @type {WeakMap<Element, {key: string, version: string}>}
 */
const marks = new WeakMap();

/**
 * Bring the children of `parent` to `items`. A child whose key and version are unchanged stays the same node, so
 * that a message edited every few seconds keeps its focus, its running animations and the reader's selection.
 * @param {Element} parent @param {Item[]} items
 */
export function reconcile(parent, items) {
  const old = new Map([...parent.children].map((child) => [marks.get(child)?.key, child]));
  const focus = document.activeElement;
  const focused = parent.contains(focus) ? /** @type {HTMLElement} */ (focus).dataset.testid : undefined;
  const wanted = items.map((item) => {
    const node = /** @type {HTMLElement | undefined} */ (old.get(item.key));
    if (node && marks.get(node)?.version === item.version) return node;
    const made = item.make(node);
    marks.set(made, { key: item.key, version: item.version });
    return made;
  });
  place(parent, wanted);
  if (focused && !parent.contains(document.activeElement)) refocus(parent, focused);
}

/** @param {Element} parent @param {HTMLElement[]} wanted */
function place(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!keep.has(/** @type {any} */ (child))) child.remove();
  let cursor = parent.firstChild;
  for (const node of wanted) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
}

/** @param {Element} parent @param {string} testid */
function refocus(parent, testid) {
  const again = parent.querySelector(`[data-testid="${CSS.escape(testid)}"]`);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}
