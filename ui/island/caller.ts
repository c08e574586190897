// entry: the caller's page.

import "./caller/caller.css";
import { Visit, type Start } from "./caller/visit";

const start: Start = JSON.parse(document.getElementById("caller-data")?.textContent ?? "null");
void new Visit(start).open();
