import { post } from "./api.js";
import { showBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { toast } from "./toast.js";

/** The App Home of the current user. @param {import("./store.js").Store} store */
export function home(store) {
  const body = el("div", { class: "home-body" });
  const node = el("section", { class: "home", testid: "home", "aria-label": "App home", hidden: true }, body);
  let shown = "";
  store.subscribe(() => {
    node.hidden = store.place !== "home";
    const view = store.home;
    // The fields keep what is typed as long as the view does not change.
    const version = JSON.stringify([store.me, view]);
    if (node.hidden || version === shown) return;
    shown = version;
    const fields = /** @type {import("./inputs.js").Field[]} */ ([]);
    if (!view) {
      body.replaceChildren(el("p", { class: "quiet-note" }, "The app has not published its home yet."));
      return;
    }
    showBlocks(body, view.blocks ?? [], {
      store,
      act: async (action) => void (await post("actions", { user: store.me, view_id: view.id, ...action })),
      fail: (text) => text && toast(text),
      register: (field) => fields.push(field),
    });
  });
  return node;
}

/** @param {import("./store.js").Store} store */
export async function openHome(store) {
  const user = store.me;
  try {
    const { view } = await post("home", { user });
    if (view && store.me === user) store.set({ home: view });
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
  }
}
