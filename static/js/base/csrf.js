// Django's CSRF token for requests made by script. The token comes from the page, not from the cookie,
// so that the cookie may be HttpOnly or named as the site likes.
const HEADER = "X-CSRFToken";

function tokenMeta() {
  return document.querySelector('meta[name="csrf-token"]');
}

/** The token to send with a POST, or "" on a page that has none. */
export function csrfToken() {
  return tokenMeta()?.content ?? "";
}

/** Take over the token of a later page: signing in again makes the old one void. */
export function replaceCsrfToken(token) {
  tokenMeta()?.setAttribute("content", token);
}

/** Headers for fetch(). */
export function csrfHeaders() {
  return { [HEADER]: csrfToken() };
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers[HEADER] = csrfToken();
});
