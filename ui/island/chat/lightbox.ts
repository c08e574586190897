// A picture at full size over the page.

import { t, icon } from "../page";
import { h } from "./h";

/** enlarge shows a picture until it is clicked or Escape is pressed. */
export function enlarge(url: string): void {
  const dialog: HTMLDialogElement = h(
    "dialog",
    { class: "lightbox", "aria-label": t("chat.picture"), onclick: () => dialog.close(), onclose: () => dialog.remove() },
    h("img", { src: url, alt: t("chat.picture") }),
    h("button", { type: "button", class: "btn btn-quiet icon-btn lightbox-close", "aria-label": t("chat.close") }, icon("x")),
  );
  document.body.append(dialog);
  dialog.showModal();
}
