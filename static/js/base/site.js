// The few things every page does by script. All of them have a way without.
import "./copy.js";
import "./csrf.js";
import "./dialog.js";
import "./leave.js";
import "./menu.js";
