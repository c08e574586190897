// entry
// The flow designer: defines <flow-canvas> and, on the designer's page, brings it to life.
import { FlowCanvas } from "./canvas/element";
import { start } from "./canvas/page";
import "./canvas/canvas.css";

customElements.define("flow-canvas", FlowCanvas);

const canvas = document.querySelector<FlowCanvas>("flow-canvas[data-page]");
if (canvas) start(canvas);
