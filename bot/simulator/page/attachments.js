import { upload } from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { size } from "./looks.js";
import { toast } from "./toast.js";

/** @typedef {{id: string, name: string, size: number}} Upload */

/**
 * Files that wait to be sent: chosen, dropped or pasted, uploaded at once.
 * @param {import("./store.js").Store} store @param {string} testid @param {HTMLElement} area
 */
export function attachments(store, testid, area) {
  const files = /** @type {Upload[]} */ ([]);
  const tray = el("div", { class: "tray" });
  const picker = el("input", { type: "file", multiple: true, hidden: true, testid: `${testid}-file` });
  const button = el("button", { class: "button-plain", type: "button", title: "Attach a file", "aria-label": "Attach a file", onclick: () => picker.click() }, icon("attach"));
  const show = () => tray.replaceChildren(...files.map((file) => row(file, () => {
    files.splice(files.indexOf(file), 1);
    show();
  })));
  const add = async (/** @type {FileList | null | undefined} */ chosen) => {
    for (const file of [...(chosen ?? [])]) {
      try {
        files.push(await upload(file, store.me));
      } catch (error) {
        toast(`${file.name}: ${/** @type {Error} */ (error).message}`);
      }
    }
    picker.value = "";
    show();
    area.focus();
  };
  picker.addEventListener("change", () => add(picker.files));
  const take = () => {
    const taken = files.splice(0);
    show();
    return taken;
  };
  const giveBack = (/** @type {Upload[]} */ taken) => {
    files.unshift(...taken);
    show();
  };
  return { tray, picker, button, add, take, giveBack };
}

/** @param {Upload} file @param {() => void} remove */
function row(file, remove) {
  return el("span", { class: "file" }, icon("file"), el("span", { class: "file-name" }, file.name),
    el("span", { class: "file-size" }, size(file.size)),
    el("button", { class: "button-plain", type: "button", "aria-label": `Remove ${file.name}`, onclick: remove }, "×"));
}
