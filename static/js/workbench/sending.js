// One attempt to hand an entry of the outbox to the server, and what came of it.
import { csrfHeaders, replaceCsrfToken } from "../base/csrf.js";

const SIGN_IN = { kind: "signed-out" };
const WAIT = { kind: "waits" };

/** Redirects are not followed: the only one a script meets leads to the sign-in page. */
async function ask(url, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const response = await fetch(url, { ...options, headers, redirect: "manual" });
  if (response.type === "opaqueredirect") return { status: 401, body: {} };
  const isJson = response.headers.get("Content-Type")?.includes("json");
  return { status: response.status, body: isJson ? await response.json() : {} };
}

function post(entry, goesOn) {
  const body = new URLSearchParams(entry.fields);
  if (!goesOn) body.set("goes_on", "no");
  return ask(entry.url, { method: "POST", headers: csrfHeaders(), body });
}

/** Signing in again gives a new token, perhaps to somebody else: "", or why nothing can be sent. */
async function renew(entry, sessionUrl) {
  const { status, body } = await ask(sessionUrl);
  if (status === 401) return "signed-out";
  if (status !== 200 || body.rater !== entry.rater) return "other-person";
  replaceCsrfToken(body.csrf);
  return "";
}

function judged({ status, body }) {
  if (status === 200) return { kind: "stored", body };
  if (status === 401) return SIGN_IN;
  if (status >= 500 || status === 429 || status === 408) return WAIT;
  return { kind: "refused", body, message: body.error?.message ?? "" };
}

/**
 * Send an entry. `goesOn`: the next item is wanted in return.
 * The kinds: stored, refused (both with the answer's body), waits, signed-out, other-person.
 */
export async function send(entry, { goesOn, sessionUrl }) {
  try {
    let answer = await post(entry, goesOn);
    if (answer.status === 401 || answer.status === 403) {
      const obstacle = await renew(entry, sessionUrl);
      if (obstacle) return { kind: obstacle };
      answer = await post(entry, goesOn);
    }
    return judged(answer);
  } catch {
    // No network.
    return WAIT;
  }
}
