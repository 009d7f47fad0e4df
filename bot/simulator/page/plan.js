import { el, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { link, webAddress } from "./inline.js";
import { richText } from "./rich_text.js";

/** @typedef {import("./store.js").Store} Store */

/** What each state of a task is called for people who do not see its mark. @type {Record<string, string>} */
const STATES = { pending: "waiting", in_progress: "in progress", complete: "done", error: "failed" };

/**
 * A plan keeps the cards that did not change, so that their animation runs on.
 * @param {any} block @param {Store} store @param {HTMLElement} [old]
 */
export function plan(block, store, old) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((/** @type {any} */ task) => task.status === "complete" || task.status === "error").length;
  const count = tasks.length ? el("span", { class: "plan-count" }, `${done} of ${tasks.length}`) : null;
  const head = el("div", { class: "plan-head" }, el("span", { class: "plan-title" }, block.title ?? ""), count);
  const bar = el("progress", { class: "plan-bar", max: tasks.length || 1, "aria-label": "Tasks done" });
  bar.value = done;
  const list = old?.querySelector(":scope > .tasks") ?? el("div", { class: "tasks", role: "list" });
  reconcile(list, tasks.map((/** @type {any} */ task, /** @type {number} */ index) => ({
    key: task.task_id ?? task.id ?? String(index),
    version: JSON.stringify(task),
    make: () => taskCard(task, store),
  })));
  return el("section", { class: "plan", "aria-label": block.title ?? "Plan" }, head, tasks.length ? bar : null, list);
}

/** @param {any} task @param {Store} store */
export function taskCard(task, store) {
  const status = Object.hasOwn(STATES, task.status) ? task.status : "pending";
  const body = el("div", { class: "task-body" },
    el("div", { class: "task-title" }, task.title ?? "", el("span", { class: "visually-hidden" }, ` (${STATES[status]})`)),
    task.details && el("div", { class: "task-details" }, richText(task.details, store)),
    task.output && el("div", { class: "task-output" }, richText(task.output, store)),
    task.sources?.length ? el("div", { class: "sources" }, task.sources.map(source)) : null);
  return el("div", { class: "task", role: "listitem", testid: "task", "data-status": status }, mark(status), body);
}

/** @param {string} status */
function mark(status) {
  const inner = status === "complete" ? icon("check") : status === "error" ? icon("close") : null;
  return el("span", { class: `mark mark-${status}`, "aria-hidden": "true" }, inner);
}

/** @param {any} item */
function source(item) {
  const address = webAddress(item.url ?? "");
  return address ? link(item.url, item.text || address.host) : el("span", { class: "dead-link" }, item.text || item.url);
}
