import { el, reconcile } from "/page/dom.js";
import { markdown } from "/page/markdown.js";
import { NAMES } from "./form.js";
import { drawArrows, levels } from "./graph.js";

export const STORE = /** @type {any} */ ({ me: "", userName: (/** @type {string} */ id) => id, channel: () => undefined });
const STATUS = /** @type {Record<string, string>} */ ({
  queued: "waiting for its turn", running: "working", awaiting_review: "answered", complete: "answered",
  paused: "stopped at its budget", error: "failed", cancelled: "stopped", awaiting_input: "asks for something", expired: "expired",
});
const STATE = /** @type {Record<string, string>} */ ({ waiting: "waiting", working: "working", done: "done", failed: "failed" });

/** One run: its counters, its agents with arrows, and the words of the one that was chosen. */
export class Card {
  constructor() {
    this.picture = /** @type {any} */ (undefined);
    this.chosen = "";
    this.since = 0;
    this.title = el("h2", {});
    this.status = el("span", { class: "pg-status", role: "status" });
    this.counters = Object.fromEntries(["agents", "tokens", "cost", "time"].map((name) => [name, el("dd", { testid: `counter-${name}` })]));
    this.graph = el("div", { class: "pg-graph" });
    this.words = el("div", { class: "pg-words", testid: "words", hidden: true });
    this.error = el("p", { class: "pg-problem", hidden: true });
    this.node = el("article", { class: "pg-card" }, el("header", {}, this.title, this.status),
      el("dl", { class: "pg-counters" }, Object.entries(this.counters).map(([name, value]) => el("div", {}, el("dt", {}, name), value))),
      this.error, this.graph, this.words);
    new ResizeObserver(() => this.picture && drawArrows(this.graph, this.picture.arrows)).observe(this.graph);
    this.timer = window.setInterval(() => this.tick(), 100);
  }

  /** @param {any} picture */
  show(picture) {
    this.picture = picture;
    this.since = performance.now();
    this.node.dataset.testid = `run-${picture.strategy}`;
    this.node.dataset.status = picture.status;
    this.title.textContent = NAMES[picture.strategy] ?? picture.strategy;
    this.status.textContent = STATUS[picture.status] ?? picture.status;
    const { done, all, tokens, cost_usd } = picture.counters;
    this.counters.agents.textContent = `${done}/${all}`;
    this.counters.tokens.textContent = tokens.toLocaleString("en");
    this.counters.cost.textContent = `$${Number(cost_usd).toFixed(4)}`;
    const said = [picture.error, ...picture.setbacks].filter(Boolean).join(" ");
    this.error.textContent = said;
    this.error.hidden = !said;
    this.tick();
    this.draw();
    if (picture.ended) window.clearInterval(this.timer);
  }

  tick() {
    if (!this.picture) return;
    const more = this.picture.working ? (performance.now() - this.since) / 1000 : 0;
    this.counters.time.textContent = `${(this.picture.counters.seconds + more).toFixed(1)} s`;
  }

  draw() {
    const rows = levels(this.picture);
    reconcile(this.graph, [
      { key: "arrows", version: "", make: (old) => old ?? svg() },
      ...rows.map((row, at) => ({
        key: `row ${at}`, version: JSON.stringify([row, this.chosen]),
        make: () => el("div", { class: "pg-level" }, row.map((one) => this.agent(one))),
      })),
    ]);
    drawArrows(this.graph, this.picture.arrows);
    this.showWords();
  }

  /** @param {any} one */
  agent(one) {
    const isEnd = one.role === "question" || one.role === "answer";
    const said = isEnd ? "" : one.state === "working" && one.doing ? one.doing : STATE[one.state];
    return el("button", {
      type: "button", class: `pg-agent pg-${one.state}`, testid: `agent-${one.id}`, "data-agent": one.id, "data-state": one.state,
      "aria-pressed": String(this.chosen === one.id), onclick: () => this.choose(one.id),
    }, el("strong", {}, one.title), !isEnd && el("small", {}, one.title.toLowerCase() === one.role ? "" : `${one.role} · `, said),
    one.tokens ? el("small", {}, `${one.tokens.toLocaleString("en")} tokens`) : null);
  }

  /** @param {string} id */
  choose(id) {
    this.chosen = this.chosen === id ? "" : id;
    this.draw();
    /** @type {HTMLElement | null} */ (this.graph.querySelector(`[data-agent="${id}"]`))?.focus();
  }

  showWords() {
    const one = levels(this.picture).flat().find((agent) => agent.id === this.chosen);
    this.words.hidden = !one;
    if (!one) return;
    const text = one.id === "answer" ? this.picture.answer : one.words;
    this.words.replaceChildren(el("h3", {}, one.title), text ? markdown(text, STORE) : el("p", { class: "pg-quiet" }, "Nothing said yet."));
  }
}

function svg() {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "pg-arrows");
  made.setAttribute("aria-hidden", "true");
  return /** @type {any} */ (made);
}
