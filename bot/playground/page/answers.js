import { el } from "/page/dom.js";
import { link } from "/page/inline.js";
import { markdown } from "/page/markdown.js";
import { STORE } from "./card.js";
import { NAMES } from "./form.js";

/** The answers, side by side. @param {any[]} pictures */
export function answers(pictures) {
  return [el("h2", {}, pictures.length > 1 ? "Answers side by side" : "Answer"), el("div", { class: "pg-columns" }, pictures.map(answer))];
}

/** @param {any} picture */
function answer(picture) {
  const { cost_usd, seconds } = picture.counters;
  const { all, quoted } = picture.claims;
  const facts = [`${seconds.toFixed(1)} s`, `$${Number(cost_usd).toFixed(4)}`, `${quoted} of ${all} claims word for word`];
  return el("article", { class: "pg-answer", testid: `answer-${picture.strategy}` }, el("h3", {}, NAMES[picture.strategy] ?? picture.strategy),
    el("p", { class: "pg-quiet" }, facts.join(" · ")),
    picture.answer ? markdown(picture.answer, STORE) : el("p", { class: "pg-quiet" }, picture.error || "No answer."),
    picture.sources.length > 0 && el("ol", { class: "pg-sources" }, picture.sources.map((/** @type {any} */ source) =>
      el("li", {}, /^https?:/.test(source.url) ? link(source.url, source.title) : source.title))),
    picture.notes.length > 0 && el("details", {}, el("summary", {}, `${picture.notes.length} notes of its reviewer`),
      el("ul", {}, picture.notes.map((/** @type {string} */ note) => el("li", {}, note)))));
}
