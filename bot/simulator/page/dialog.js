import { el } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";

/**
 * A modal dialog. The browser's own `showModal` keeps the focus inside, makes the rest inert and gives the focus
 * back; Escape and the cross call `close`.
 * @param {{title: string, body: HTMLElement, buttons: HTMLElement[], close: () => void, testid: string}} parts
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, body, buttons, close, testid }) {
  const cross = el("button", { class: "button-plain", type: "button", "aria-label": "Close", testid: `${testid}-close`, onclick: close }, icon("close"));
  const id = `${testid}-title`;
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": id, testid },
    el("header", { class: "dialog-head" }, el("h2", { id }, title), cross),
    body,
    el("footer", { class: "dialog-foot" }, buttons));
  dialog.addEventListener("cancel", (/** @type {Event} */ event) => {
    event.preventDefault();
    close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** @param {HTMLDialogElement} dialog */
export function dismiss(dialog) {
  dialog.close();
  dialog.remove();
}

/** Slack's confirm object as a question. @param {any} wanted @param {import("./store.js").Store} store @returns {Promise<boolean>} */
export function confirm(wanted, store) {
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ yes) => {
      dismiss(dialog);
      resolve(yes);
    };
    const style = wanted.style === "danger" ? "button-danger" : "button-primary";
    const words = el("div", { class: "dialog-body" }, mrkdwn(wanted.text?.text ?? "", store));
    const dialog = openDialog({
      title: wanted.title?.text ?? "Are you sure?",
      body: words,
      buttons: [
        el("button", { class: "button", type: "button", testid: "confirm-no", onclick: () => end(false) }, wanted.deny?.text ?? "Cancel"),
        el("button", { class: `button ${style}`, type: "button", testid: "confirm-yes", autofocus: true, onclick: () => end(true) }, wanted.confirm?.text ?? "Yes"),
      ],
      close: () => end(false),
      testid: "confirm",
    });
  });
}
