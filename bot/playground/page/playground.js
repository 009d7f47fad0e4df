/**
 * Patterns on one task: what is asked, the runs as they work, their answers, and what every pattern was worth so far.
 *
 * Hooks for browser tests, by data-testid: task, suggested-task, pattern-<name>, all-patterns, budget, start, stop,
 * run-<pattern> (a card), agent (its data-state), counter-agents|tokens|cost|time, words, answer-<pattern>, past, problem
 */
import { el } from "/page/dom.js";
import { answers } from "./answers.js";
import { Card } from "./card.js";
import { form } from "./form.js";

const HEADERS = { "X-Requested-With": "threadwork", "Content-Type": "application/json" };
const root = /** @type {HTMLElement} */ (document.getElementById("playground"));

/** @param {string} path @param {object} body */
async function post(path, body) {
  const response = await fetch(`/playground/${path}`, { method: "POST", headers: HEADERS, body: JSON.stringify(body) })
    .catch(() => { throw new Error("The playground does not answer. Is it still running?"); });
  const said = await response.json().catch(() => ({}));
  if (!said.ok) throw new Error(said.error ?? `${response.status} ${response.statusText}`);
  return said;
}

class Page {
  /** @param {any} state */
  constructor(state) {
    this.cards = /** @type {Map<string, Card>} */ (new Map());
    this.source = /** @type {EventSource | undefined} */ (undefined);
    this.runs = /** @type {string[]} */ ([]);
    this.problem = el("p", { class: "pg-problem", role: "alert", testid: "problem", hidden: true });
    this.form = form(state, (wanted) => this.start(wanted), () => this.stop());
    this.board = el("div", { class: "pg-board" });
    this.said = el("section", { class: "pg-answers", "aria-label": "Answers side by side", hidden: true });
    this.past = el("section", { class: "pg-past", "aria-label": "Decision table", testid: "past" });
    root.replaceChildren(
      el("header", { class: "pg-head" }, el("h1", {}, "Playground"),
        el("p", {}, "One task, several patterns of agents. Watch them work, read what they say, and compare."),
        state.demo && el("a", { href: "/", class: "pg-back" }, "Back to the workspace")),
      el("main", { class: "pg-main" }, this.form.node, this.problem, this.board, this.said, this.past));
    this.showPast(state.past);
  }

  /** @param {object} wanted */
  async start(wanted) {
    this.say("");
    try {
      const { runs } = await post("start", wanted);
      history.replaceState(null, "", `#${runs.join(",")}`);
      this.follow(runs);
      this.board.scrollIntoView({ block: "start", behavior: "smooth" });
    } catch (error) {
      this.say(/** @type {Error} */ (error).message);
    }
  }

  async stop() {
    await post("stop", { runs: this.runs }).catch((error) => this.say(error.message));
  }

  /** @param {string[]} runs */
  follow(runs) {
    this.source?.close();
    this.runs = runs;
    this.cards = new Map(runs.map((run) => [run, new Card()]));
    this.board.replaceChildren(...[...this.cards.values()].map((card) => card.node));
    this.said.hidden = true;
    this.form.busy(true);
    const source = this.source = new EventSource(`/playground/events?${new URLSearchParams({ runs: runs.join(",") })}`);
    source.addEventListener("run", (event) => this.draw(JSON.parse(event.data)));
    source.addEventListener("problem", (event) => this.say(JSON.parse(event.data).error));
    source.addEventListener("end", (event) => this.end(JSON.parse(event.data).past));
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) this.say("The connection is lost. Reload the page to go on watching.");
    };
  }

  /** @param {any} picture */
  draw(picture) {
    this.cards.get(picture.run_id)?.show(picture);
  }

  /** @param {any[]} past */
  end(past) {
    this.source?.close();
    this.form.busy(false);
    const shown = [...this.cards.values()].map((card) => card.picture).filter(Boolean);
    this.said.hidden = false;
    this.said.replaceChildren(...answers(shown));
    this.showPast(past);
  }

  /** @param {any[]} past */
  showPast(past) {
    const heads = ["Pattern", "Runs", "Answered from sources", "Time", "Cost", "Tokens", "Claims", "Quoted", "Notes"];
    const rows = past.map((row) => el("tr", {}, el("th", { scope: "row" }, row.strategy),
      [row.runs, row.answered, `${row.seconds} s`, `$${Number(row.cost_usd).toPrecision(3)}`, row.tokens.toLocaleString("en"),
        row.claims, row.quoted === null ? "–" : `${Math.round(row.quoted * 100)}%`, row.notes].map((cell) => el("td", {}, String(cell)))));
    this.past.replaceChildren(el("h2", {}, "All runs so far"),
      past.length
        ? el("div", { class: "pg-scroll", tabindex: "0", role: "region", "aria-label": "Decision table, scrollable" },
          el("table", {}, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows)))
        : el("p", { class: "pg-quiet" }, "Nothing has run yet."),
      el("p", { class: "pg-quiet" }, "Medians of each pattern. Quoted: claims found word for word in their source. ",
        "Accuracy on labelled tasks: ", el("code", {}, "threadwork eval strategies"), "."));
  }

  /** @param {string} sentence */
  say(sentence) {
    this.problem.textContent = sentence;
    this.problem.hidden = !sentence;
  }
}

async function open() {
  const response = await fetch("/playground/state");
  if (response.status === 503) {
    setTimeout(open, 500);
    return;
  }
  if (!response.ok) throw new Error(await response.text());
  const page = new Page(await response.json());
  const runs = location.hash.slice(1).split(",").filter(Boolean);
  if (runs.length) page.follow(runs);
}

open().catch((error) => root.replaceChildren(el("p", { class: "splash", role: "alert" }, error.message)));
