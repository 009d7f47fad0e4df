import { post } from "./api.js";
import { showBlocks } from "./blocks.js";
import { dismiss, openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { toast } from "./toast.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./inputs.js").Field} Field
 */

/** The forms that the bot has opened, the top one on the screen. */
export class Modals {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.stack = /** @type {any[]} */ ([]);
    this.fields = /** @type {Field[]} */ ([]);
    this.dialog = /** @type {HTMLDialogElement | undefined} */ (undefined);
    this.shown = "";
    this.typed = /** @type {Map<string, Record<string, Record<string, any>>>} */ (new Map());
  }

  /**
   * Follow the server: `view` is what was opened, pushed, updated or come back to; null closes everything.
   * @param {any} view @param {string} [action]
   */
  receive(view, action) {
    const at = this.stack.findIndex((known) => known.id === view?.id);
    if (!view) this.stack = [];
    else if (at < 0 && (action === "push" || this.stack.some((known) => known.id === view.previous_view_id))) this.stack.push(view);
    else if (at < 0) this.stack = [view];
    else if (action === "update") this.stack[at] = view;
    else this.stack = [...this.stack.slice(0, at), view];
    this.show();
  }

  /** What was typed stays in fields of the same ids, through an update and while another form lies on top. */
  show() {
    const view = this.stack[this.stack.length - 1];
    this.typed.set(this.shown, this.values());
    this.shown = view?.id ?? "";
    const typed = this.typed.get(this.shown) ?? {};
    const focus = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.testid;
    if (this.dialog) dismiss(this.dialog);
    this.dialog = undefined;
    this.fields = [];
    if (!view) return;
    const body = el("form", { class: "dialog-body", id: "modal-form", novalidate: true, onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      this.submit(view);
    } });
    showBlocks(body, view.blocks ?? [], {
      store: this.store,
      act: async (action) => void (await post("actions", { user: this.store.me, view_id: view.id, ...action })),
      fail: (text) => text && toast(text),
      register: (field) => this.fields.push(field),
      typed: (block, action) => typed[block]?.[action],
    });
    this.dialog = openDialog({ title: view.title?.text ?? "", body, buttons: this.buttons(view), close: () => this.close(view), testid: "modal" });
    const again = focus && body.querySelector(`[data-testid="${CSS.escape(focus)}"]`);
    const first = again || body.querySelector("[autofocus], .control, input");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {any} view */
  buttons(view) {
    const cancel = el("button", { class: "button", type: "button", testid: "modal-cancel", onclick: () => this.close(view) }, view.close?.text ?? (view.submit ? "Cancel" : "Close"));
    const submit = view.submit && el("button", { class: "button button-primary", type: "submit", form: "modal-form", testid: "modal-submit" }, view.submit.text);
    return submit ? [cancel, submit] : [cancel];
  }

  values() {
    const out = /** @type {Record<string, Record<string, any>>} */ ({});
    for (const field of this.fields) (out[field.block] ??= {})[field.action] = field.read();
    return out;
  }

  /** The server tells what becomes of the form: closed, updated or covered by another. @param {any} view */
  async submit(view) {
    const button = this.dialog?.querySelector("[data-testid=modal-submit]");
    if (button?.getAttribute("aria-busy") === "true") return;
    for (const field of this.fields) field.fail();
    button?.setAttribute("aria-busy", "true");
    try {
      const answer = await post("views/submit", { user: this.store.me, view_id: view.id, values: this.values() });
      if (answer.errors && Object.keys(answer.errors).length) this.complain(answer.errors);
    } catch (error) {
      const { message, errors } = /** @type {import("./api.js").Refused} */ (error);
      if (errors && Object.keys(errors).length) this.complain(errors);
      else toast(message);
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  /** @param {Record<string, string>} errors by block */
  complain(errors) {
    const wrong = this.fields.filter((field) => errors[field.block]);
    for (const field of wrong) field.fail(errors[field.block]);
    wrong[0]?.node.focus?.();
    const homeless = Object.keys(errors).filter((block) => !wrong.some((field) => field.block === block));
    for (const block of homeless) toast(errors[block]);
  }

  /** @param {any} view */
  close(view) {
    this.stack = this.stack.filter((known) => known !== view);
    this.show();
    post("views/close", { user: this.store.me, view_id: view.id }).catch(() => {
      // It was closed already, by the bot or in another window; here it is gone in any case.
    });
  }
}
