import { follow, get, post } from "./api.js";
import { openHome } from "./home.js";
import { isReply } from "./store.js";
import { toast } from "./toast.js";

/** How long after a command the bot's next message in that channel counts as its answer. */
const COMMAND_MS = 30_000;

/** What the user does and what the server tells, in one place: it changes the store and nothing else. */
export class Conversation {
  /** @param {import("./store.js").Store} store @param {import("./modal.js").Modals} modals */
  constructor(store, modals) {
    this.store = store;
    this.modals = modals;
    this.questions = /** @type {Set<string>} */ (new Set());
    this.command = { channel: "", at: 0 };
    this.stop = () => {};
    this.openThread = this.openThread.bind(this);
    this.asked = this.asked.bind(this);
    this.commanded = this.commanded.bind(this);
    this.saying = false;
  }

  /** Be this user from now on. @param {string} user @param {string} [place] */
  become(user, place) {
    const { store } = this;
    this.stop();
    this.questions.clear();
    this.modals.receive(null);
    store.messages.clear();
    store.loaded.clear();
    store.unread.clear();
    store.failures.clear();
    store.set({ me: user, home: undefined, thread: "" });
    this.stop = follow(user, {
      event: (kind, data) => this.event(kind, data),
      online: (online) => {
        store.set({ online });
        // What was said before the stream was open, at first or again, comes in no event.
        if (online) this.refresh();
      },
    });
    const known = place === "home" || store.visible().some((channel) => channel.id === place);
    this.go(known && place ? place : (store.visible()[0]?.id ?? "home"));
  }

  /** @param {string} place a channel's id, or "home" */
  go(place) {
    this.store.unread.delete(place);
    this.store.set({ place, thread: "" });
    this.refresh();
  }

  /** Fetch again what is on the screen. */
  async refresh() {
    const { store } = this;
    const { place: channel, me: user } = store;
    if (channel === "home") {
      await openHome(store);
      return;
    }
    store.touched.clear();
    try {
      const { messages } = await get("messages", { user, channel });
      if (store.me === user) store.load(channel, messages);
    } catch (error) {
      toast(/** @type {Error} */ (error).message);
    }
  }

  /** @param {string} ts */
  openThread(ts) {
    this.store.set({ thread: ts });
  }

  /** The bot's answer to this message will open its thread. @param {string} ts */
  asked(ts) {
    this.questions.add(ts);
    const answer = this.store.all(this.store.place).find((message) => message.thread_ts === ts && isReply(message) && this.isBot(message));
    if (answer) this.openThread(ts);
  }

  commanded() {
    this.command = { channel: this.store.place, at: Date.now() };
  }

  /** @param {string} text */
  async say(text) {
    if (this.saying) return;
    this.saying = true;
    try {
      const { ts } = await post("messages", { user: this.store.me, channel: this.store.place, text });
      this.asked(ts);
    } catch (error) {
      toast(/** @type {Error} */ (error).message);
    } finally {
      this.saying = false;
    }
  }

  /** @param {import("./store.js").Message} message */
  isBot(message) {
    return Boolean(message.bot_id) || message.user === this.store.workspace.bot_user_id;
  }

  /** @param {string} kind @param {any} data */
  event(kind, data) {
    const { store } = this;
    switch (kind) {
      case "message": return this.arrived(data.channel, data.message);
      case "message_changed": return store.put(data.channel, { ...this.kept(data), ...data.message });
      case "message_deleted": return store.drop(data.channel, data.ts);
      case "ephemeral": return this.arrived(data.channel, { ...data.message, ephemeral: true });
      case "view": return this.modals.receive(data.view, data.action);
      case "home": return store.set({ home: data.view });
      case "problem": return this.problem(data.text);
    }
  }

  /** An ephemeral message stays one when it is changed. @param {any} data */
  kept({ channel, message }) {
    return this.store.messages.get(channel)?.get(message.ts)?.ephemeral ? { ephemeral: true } : {};
  }

  /** @param {string} channel @param {import("./store.js").Message} message */
  arrived(channel, message) {
    const { store } = this;
    store.put(channel, message);
    if (channel !== store.place) {
      if (message.user !== store.me) store.unread.add(channel);
      return;
    }
    if (!this.isBot(message)) return;
    this.markCommanded(channel, message);
    const root = message.thread_ts ?? "";
    if (isReply(message) && this.questions.delete(root)) this.openThread(root);
  }

  /** What the bot posts right after a command is its root, and a reply there opens the thread. */
  markCommanded(/** @type {string} */ channel, /** @type {import("./store.js").Message} */ message) {
    const recent = this.command.channel === channel && Date.now() - this.command.at < COMMAND_MS;
    if (!recent || isReply(message) || message.ephemeral) return;
    this.questions.add(message.ts);
    this.command = { channel: "", at: 0 };
  }

  /** @param {string} text */
  problem(text) {
    toast(text);
  }
}
