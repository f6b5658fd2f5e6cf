// The rater's pages around the items: what waits in this browser is sent from here too.
import { startWaiting } from "./waiting.js";

// The page was drawn before the rating arrived; nothing is typed here, so it is drawn again.
startWaiting({ signal: new AbortController().signal, onStored: (left) => left || location.reload() });
