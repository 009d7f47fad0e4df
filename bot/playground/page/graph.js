const SVG = "http://www.w3.org/2000/svg";

/**
 * The agents from the question down to the answer: each a level below the last one that leads to it.
 * @param {any} picture @returns {any[][]}
 */
export function levels(picture) {
  const depth = new Map([["question", 0]]);
  const ordered = [...picture.arrows];
  for (let round = 0; round <= ordered.length; round += 1)
    for (const arrow of ordered)
      if (depth.has(arrow.from)) depth.set(arrow.to, Math.max(depth.get(arrow.to) ?? 0, depth.get(arrow.from) + 1));
  const last = Math.max(...depth.values(), 1);
  const rows = /** @type {any[][]} */ (Array.from({ length: last + 1 }, () => []));
  rows[0].push({ id: "question", role: "question", title: "Task", state: "done", words: picture.question });
  for (const agent of picture.agents) rows[depth.get(agent.id) ?? 1].push(agent);
  rows[last].push({ id: "answer", role: "answer", title: "Answer", state: picture.answer ? "done" : "waiting", words: picture.answer });
  return rows;
}

/** @param {HTMLElement} graph @param {{from: string, to: string, state: string}[]} arrows */
export function drawArrows(graph, arrows) {
  const svg = /** @type {SVGSVGElement | null} */ (graph.querySelector("svg.pg-arrows"));
  if (!svg) return;
  const origin = graph.getBoundingClientRect();
  svg.setAttribute("viewBox", `0 0 ${Math.max(1, origin.width)} ${Math.max(1, origin.height)}`);
  svg.replaceChildren(...arrows.flatMap((arrow) => {
    const ends = [arrow.from, arrow.to].map((id) => graph.querySelector(`[data-agent="${CSS.escape(id)}"]`)?.getBoundingClientRect());
    if (!ends[0] || !ends[1]) return [];
    const [x1, y1] = [ends[0].left + ends[0].width / 2 - origin.left, ends[0].bottom - origin.top];
    const [x2, y2] = [ends[1].left + ends[1].width / 2 - origin.left, ends[1].top - origin.top - 1];
    const bend = (y2 - y1) / 2;
    return [shape("path", { d: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2 - 5}`, class: `pg-arrow pg-arrow-${arrow.state}` }),
      shape("path", { d: `M${x2 - 4} ${y2 - 7}L${x2} ${y2}L${x2 + 4} ${y2 - 7}Z`, class: `pg-tip pg-arrow-${arrow.state}` })];
  }));
}

/** @param {string} tag @param {Record<string, string>} attributes */
function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
