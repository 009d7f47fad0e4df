const SVG = "http://www.w3.org/2000/svg";

/** Path data on a 24 grid, drawn with the text's colour. @type {Record<string, string[]>} */
const PATHS = {
  home: ["M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z"],
  hash: ["M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16"],
  lock: ["M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  menu: ["M4 7h16M4 12h16M4 17h16"],
  close: ["M6 6l12 12M18 6 6 18"],
  send: ["M4 12 20 4l-4 16-4-6z", "M12 14 20 4"],
  attach: ["M19 11.5 12 18.5a4.5 4.5 0 0 1-6.4-6.4l7.5-7.4a3 3 0 0 1 4.2 4.2L9.9 16.3a1.5 1.5 0 0 1-2.1-2.1l6.6-6.6"],
  at: ["M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.6 7.2"],
  idea: ["M9 17h6M10 20h4M8.5 14.5a5.5 5.5 0 1 1 7 0c-.6.5-.9 1.4-1 2.5h-5c-.1-1.1-.4-2-1-2.5z"],
  more: ["M5.5 12h.01M12 12h.01M18.5 12h.01"],
  reply: ["M20 12a8 8 0 0 1-11.6 7.1L4 20l1-4.2A8 8 0 1 1 20 12z"],
  file: ["M7 3h7l4 4v14H7zM14 3v4h4"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z", "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"],
  down: ["M12 5v14M6 13l6 6 6-6"],
  check: ["M5 12.5 10 17.5 19 7.5"],
  warning: ["M12 4 21 19.5H3zM12 10v4.5M12 17h.01"],
  trash: ["M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13"],
  up: ["M7 20V10M7 11l4-7c1.6 0 2.4 1 2 2.6L12.5 9H18a2 2 0 0 1 2 2.4l-1.4 7A2 2 0 0 1 16.700 20H7M4 10h3v10H4z"],
  grid: ["M12 4v5M6 14.5V12h12v2.500M12 9v3M9.500 4h5v5h-5zM3.500 15h5v5h-5zM15.500 15h5v5h-5z"],
  image: ["M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.01"],
};

/** @param {string} name @param {string} [className] @returns {SVGSVGElement} */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
