/** The server said no: `message` is a sentence to show, `errors` belong to the fields of a form. */
export class Refused extends Error {
  /** @param {string} message @param {Record<string, string>} [errors] */
  constructor(message, errors = {}) {
    super(message);
    this.errors = errors;
  }
}

const HEADERS = { "X-Requested-With": "threadwork" };

/** @param {string} path @param {Record<string, string>} [query] @returns {Promise<any>} */
export async function get(path, query = {}) {
  return answer(() => fetch(`/client/${path}?${new URLSearchParams(query)}`, { headers: HEADERS }));
}

/** @param {string} path @param {object} body @returns {Promise<any>} */
export async function post(path, body) {
  const headers = { ...HEADERS, "Content-Type": "application/json" };
  return answer(() => fetch(`/client/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** @param {File} file @param {string} user @returns {Promise<{id: string, name: string, size: number}>} */
export async function upload(file, user) {
  const body = new FormData();
  body.append("user", user);
  body.append("file", file);
  return (await answer(() => fetch("/client/files", { method: "POST", headers: HEADERS, body }))).file;
}

/** @param {string} id @param {string} user */
export function fileUrl(id, user) {
  return `/client/files/${encodeURIComponent(id)}?${new URLSearchParams({ user })}`;
}

/** @param {() => Promise<Response>} request */
async function answer(request) {
  const response = await request().catch(() => {
    throw new Refused("The local workspace does not answer. Is it still running?");
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok && body.ok !== false) return body;
  throw new Refused(sentence(body.error ?? `${response.status} ${response.statusText}`), body.errors);
}

/** A bare code such as `no_answer` is given a sentence around it. @param {string} error */
function sentence(error) {
  return /\s/.test(error) ? error : `That did not work: ${error}`;
}

const KINDS = [
  "message", "message_changed", "message_deleted", "ephemeral", "view", "home", "problem",
];

/**
 * Follow the server's events as one user.
 * @param {string} user
 * @param {{event: (kind: string, data: any) => void, online: (online: boolean) => void}} follower
 * @returns {() => void} stops following
 */
export function follow(user, follower) {
  let source = /** @type {EventSource | undefined} */ (undefined);
  let timer = 0;
  const open = () => {
    source = new EventSource(`/client/events?${new URLSearchParams({ user })}`);
    source.onopen = () => follower.online(true);
    source.onerror = () => {
      follower.online(false);
      // The browser reconnects by itself except after an HTTP error, where it gives up.
      if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(open, 2000);
    };
    for (const kind of KINDS) source.addEventListener(kind, (event) => follower.event(kind, JSON.parse(event.data)));
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
