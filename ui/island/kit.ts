// entry: The behaviour of the kit's components, on every page. Almost everything listens on the document, so that what htmx
// brings in works without being told.
import { opened } from "./kit/dialog";
import { $, root } from "./kit/dom";
import { freshen } from "./kit/time";
import { flash } from "./kit/toast";
import "./kit/choice";
import "./kit/form";
import "./kit/menu";
import "./kit/tabs";
import "./kit/tip";

/** What newly came onto the page, at the start or by htmx. */
function arrived(within: ParentNode): void {
  freshen(within);
  opened(within);
  const first = $("[data-focus]", within);
  first?.removeAttribute("data-focus");
  first?.focus();
}

function online(): void { root.toggleAttribute("data-offline", !navigator.onLine); }

addEventListener("online", online);
addEventListener("offline", online);
document.addEventListener("htmx:load", (e) => arrived((e as CustomEvent<{ elt: HTMLElement }>).detail.elt.parentElement ?? document));
setInterval(freshen, 20_000);
online();
arrived(document);
flash();
