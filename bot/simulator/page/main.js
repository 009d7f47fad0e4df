/**
 * The page of the local workspace: what people see of it, and how they speak to it.
 *
 * Hooks for browser tests, by data-testid, kept stable:
 *   user-switch        <select> of users by id
 *   home-link, channel-<name>   places in the sidebar (a direct message by the other side's name)
 *   message            every message, with data-ts; `ephemeral` is inside one that only the user sees
 *   message-menu       its "⋯" menu (message shortcuts); `replies` opens its thread
 *   thread             the thread pane; thread-close
 *   composer, thread-composer   text areas, Enter sends; <testid>-file are their file inputs
 *   suggestion         a suggested question
 *   action-<action_id> every button and field of a block
 *   modal, modal-submit, modal-cancel, modal-close; confirm, confirm-yes, confirm-no
 *   home               the App Home
 *   task               a task card, with data-status
 *   toast, broadcast (a mass mention), unsupported (a block this page cannot show), notice, reconnecting
 */
import { get } from "./api.js";
import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { home } from "./home.js";
import { topBar } from "./top_bar.js";
import { Modals } from "./modal.js";
import { channelPane, threadPane } from "./panes.js";
import { sidebar } from "./sidebar.js";
import { Store } from "./store.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));

/** @param {Store} store @param {Conversation} conversation */
function build(store, conversation) {
  const ways = {
    go: (/** @type {string} */ place) => {
      app.classList.remove("menu-open");
      conversation.go(place);
    },
    become: (/** @type {string} */ user) => conversation.become(user, store.place),
  };
  const scrim = el("button", { class: "scrim", type: "button", "aria-label": "Close the menu", onclick: () => app.classList.remove("menu-open") });
  const main = el("main", { class: "main" }, topBar(store, () => app.classList.toggle("menu-open")),
    channelPane(store, conversation), home(store));
  app.replaceChildren(sidebar(store, ways), scrim, main, threadPane(store, conversation));
  document.addEventListener("keydown", (event) => {
    const inside = /** @type {Element} */ (event.target).closest("dialog, .menu");
    if (event.key !== "Escape" || event.defaultPrevented || inside) return;
    if (app.classList.contains("menu-open")) app.classList.remove("menu-open");
    else if (store.thread) store.set({ thread: "" });
  });
}

/** The address keeps who and where one is, so that reloading comes back there. @param {Store} store */
function remember(store) {
  store.subscribe(() => {
    app.classList.toggle("with-thread", Boolean(store.thread));
    history.replaceState(null, "", `#${[store.me, store.place, store.thread].join("/")}`);
    const channel = store.channel(store.place);
    document.title = `${channel ? store.title(channel) : "Home"} · ${store.workspace.team.name}`;
  });
}

async function start() {
  const [user, place, thread] = location.hash.slice(1).split("/");
  const store = new Store(await get("workspace"));
  const conversation = new Conversation(store, new Modals(store));
  build(store, conversation);
  remember(store);
  const people = store.workspace.users.filter((one) => !one.is_bot);
  const me = people.find((one) => one.id === user) ?? people[0];
  conversation.become(me.id, place);
  if (thread && store.place === place) store.set({ thread });
}

start().catch((error) => {
  app.replaceChildren(el("p", { class: "splash", role: "alert" }, error.message));
});
