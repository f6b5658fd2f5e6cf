// An adjudicator's form behaves like the rating screen: sliders, ticks that exclude each other, conditions.
import { startKinds } from "./workbench/kinds.js";

startKinds(document.querySelector("#rating-form"));
