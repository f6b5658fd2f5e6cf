// Pages reached after a rating was stored: nothing of it stays in the browser.
import { sweep } from "./kept.js";

sweep();
