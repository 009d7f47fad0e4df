import { el } from "/page/dom.js";

export const NAMES = /** @type {Record<string, string>} */ ({
  single: "Single", supervisor: "Supervisor", sequential: "Sequential", fanout: "Fan-out", debate: "Debate",
});
const ABOUT = /** @type {Record<string, string>} */ ({
  single: "one agent does it all", supervisor: "plans, workers, a critic", sequential: "stages, one after the other",
  fanout: "specialists on the same material", debate: "two sides and a judge",
});

/**
 * What to run: a task, patterns, and a budget where a model costs money.
 * @param {any} state @param {(wanted: object) => void} start @param {() => void} stop
 */
export function form(state, start, stop) {
  const task = el("textarea", { id: "pg-task", rows: "3", testid: "task", value: state.tasks[0].text, required: true });
  const suggested = state.tasks.map((/** @type {any} */ one) => el("button", { type: "button", class: "button", testid: "suggested-task",
    onclick: () => { task.value = one.text; task.focus(); } }, one.title));
  const patterns = state.patterns.map((/** @type {any} */ one) => pattern(one, state.free && !state.demo));
  const boxes = patterns.map((/** @type {any} */ one) => one.querySelector("input"));
  const all = el("button", { type: "button", class: "button", testid: "all-patterns", onclick: () => boxes.forEach((/** @type {any} */ box) => { box.checked = true; }) }, "All");
  const budget = el("input", { id: "pg-budget", type: "text", inputmode: "decimal", size: "6", testid: "budget", required: !state.free, placeholder: "0.50" });
  const go = el("button", { type: "submit", class: "button button-primary", testid: "start" }, "Start");
  const halt = el("button", { type: "button", class: "button button-danger", testid: "stop", hidden: true, onclick: stop }, "Stop all");
  const price = state.demo ? `${state.model}: demo prices, nothing is charged` : state.free ? `${state.model}: free` : state.model;
  const node = el("form", { class: "pg-form", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const chosen = boxes.filter((/** @type {any} */ box) => box.checked).map((/** @type {any} */ box) => box.value);
    start({ task: task.value, strategies: chosen, budget_usd: budget.value.trim() });
  } },
  el("label", { for: "pg-task" }, "Task"), task, el("div", { class: "pg-row" }, el("span", { class: "pg-quiet" }, "Try:"), suggested),
  el("fieldset", {}, el("legend", {}, "Patterns, side by side"), el("div", { class: "pg-patterns" }, patterns, all)),
  el("div", { class: "pg-row" },
    el("label", { for: "pg-budget" }, state.free ? "Budget for all, USD (optional)" : "Budget for all, USD"), budget, go, halt,
    el("span", { class: "pg-quiet" }, price)));
  const busy = (/** @type {boolean} */ on) => {
    go.disabled = on;
    halt.hidden = !on;
  };
  return { node, busy };
}

/** @param {any} one @param {boolean} isFree */
function pattern(one, isFree) {
  const name = NAMES[one.name] ?? one.name;
  const chosen = one.name === "single" || one.name === "supervisor";
  const box = el("input", { type: "checkbox", value: one.name, testid: `pattern-${one.name}`, checked: chosen });
  const price = isFree ? "free" : `$${short(one.low_usd)} to $${short(one.high_usd)}`;
  return el("label", { class: "pg-pattern" }, box, el("span", {}, el("strong", {}, name), el("small", {}, ABOUT[one.name]), el("small", {}, price)));
}

/** @param {string} usd */
function short(usd) {
  return Number(Number(usd).toPrecision(2)).toString();
}
