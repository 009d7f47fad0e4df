/**
 * @typedef {{id: string, name: string, real_name: string, is_bot: boolean, is_admin: boolean, is_guest: boolean}} User
 * @typedef {{id: string, name: string, is_im: boolean, is_private: boolean, members: string[], user?: string}} Channel
 * @typedef {{ts: string, thread_ts?: string, user?: string, bot_id?: string, username?: string, text: string,
 *   blocks?: any[], files?: any[], reactions?: {name: string, users: string[]}[], edited?: any,
 *   ephemeral?: boolean}} Message
 * @typedef {{team: {id: string, name: string}, users: User[], channels: Channel[],
 *   commands: {command: string, description: string, usage_hint: string}[],
 *   shortcuts: {name: string, callback_id: string}[], bot_user_id: string,
 *   suggestions: {title: string, text: string, channel?: string}[], notice: string, links: {title: string, url: string}[]}} Workspace
 */

/** What the page knows. Changing it calls every subscriber once, after the current task. */
export class Store {
  /** @param {Workspace} workspace */
  constructor(workspace) {
    this.workspace = workspace;
    this.me = "";
    this.place = "";
    this.thread = "";
    this.online = true;
    this.home = /** @type {any} */ (undefined);
    this.unread = /** @type {Set<string>} */ (new Set());
    this.messages = /** @type {Map<string, Map<string, Message>>} */ (new Map());
    this.failures = /** @type {Map<string, string>} */ (new Map());
    this.subscribers = /** @type {(() => void)[]} */ ([]);
    this.scheduled = false;
    this.loaded = /** @type {Set<string>} */ (new Set());
    this.dismissed = /** @type {Set<string>} */ (new Set());
    this.touched = /** @type {Set<string>} */ (new Set());
  }

  /** @param {() => void} subscriber */
  subscribe(subscriber) {
    this.subscribers.push(subscriber);
  }

  changed() {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      for (const subscriber of this.subscribers) subscriber();
    });
  }

  /** @param {Partial<Store>} change */
  set(change) {
    Object.assign(this, change);
    this.changed();
  }

  /** @param {string} [id] @returns {User | undefined} */
  user(id) {
    return this.workspace.users.find((user) => user.id === id);
  }

  /** @param {string} [id] @returns {Channel | undefined} */
  channel(id) {
    return this.workspace.channels.find((channel) => channel.id === id);
  }

  /** @param {string} id */
  userName(id) {
    const user = this.user(id);
    return user ? user.real_name || user.name : id;
  }

  /** The conversations the current user may see. @returns {Channel[]} */
  visible() {
    return this.workspace.channels.filter((channel) => channel.members.includes(this.me));
  }

  /** What a conversation is called for the current user. @param {Channel} channel */
  title(channel) {
    if (!channel.is_im) return channel.name;
    const other = channel.members?.find((id) => id !== this.me);
    return this.userName(other ?? this.workspace.bot_user_id);
  }

  /** @param {string} channel @returns {Message[]} in order of time */
  all(channel) {
    return [...(this.messages.get(channel)?.values() ?? [])].sort(byTime);
  }

  /** @param {string} channel @param {Message} message */
  put(channel, message) {
    if (!this.messages.has(channel)) this.messages.set(channel, new Map());
    this.messages.get(channel)?.set(message.ts, message);
    this.touched.add(message.ts);
    this.changed();
  }

  /** @param {string} channel @param {string} ts */
  drop(channel, ts) {
    this.messages.get(channel)?.delete(ts);
    this.touched.add(ts);
    if (this.thread === ts) this.thread = "";
    this.changed();
  }

  /** Put a note away that only this user was shown. @param {string} channel @param {string} ts */
  dismiss(channel, ts) {
    this.dismissed.add(ts);
    this.drop(channel, ts);
  }

  /**
   * Take the server's list as the truth, except for what an event has changed since it was asked for (`touched`
   * is cleared then) and for what only this user was shown, which a list may lack.
   * @param {string} channel @param {Message[]} messages
   */
  load(channel, messages) {
    const own = this.all(channel).filter((message) => message.ephemeral || this.touched.has(message.ts));
    const listed = messages.filter((message) => !this.touched.has(message.ts) && !this.dismissed.has(message.ts));
    this.loaded.add(channel);
    this.messages.set(channel, new Map([...listed, ...own].map((message) => [message.ts, message])));
    this.changed();
  }

  /** Show a sentence under a message until something there succeeds. @param {string} ts @param {string} [text] */
  fail(ts, text) {
    if (text) this.failures.set(ts, text);
    else this.failures.delete(ts);
    this.changed();
  }
}

/** Slack's time stamps are decimal strings with six places. @param {Message} a @param {Message} b */
export function byTime(a, b) {
  return a.ts.length - b.ts.length || (a.ts < b.ts ? -1 : 1);
}

/** @param {Message} message */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}
