// Sending a picture with its progress, which fetch does not tell.

import { t } from "../page";
import { Trouble, type Picture } from "./types";

export const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const LARGEST = 10 << 20;

/** check says why a file cannot be sent, before anything is sent. */
export function check(file: File): Trouble | null {
  if (!TYPES.includes(file.type)) return new Trouble(t("chat.notPicture"), false);
  if (file.size > LARGEST) return new Trouble(t("chat.tooLarge"), false);
  return null;
}

/** upload posts a file as the part "file", after the given fields. */
export function upload(
  url: string,
  file: File,
  progress: (part: number) => void,
  headers: Record<string, string> = {},
  fields: Record<string, string> = {},
): Promise<Picture> {
  return new Promise((done, fail) => {
    const form = new FormData(), xhr = new XMLHttpRequest();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file);
    xhr.open("POST", url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    xhr.onerror = () => fail(new Trouble(t("chat.lost"), true));
    xhr.onload = () => {
      try {
        const body = JSON.parse(xhr.responseText);
        if (xhr.status < 300) return done(body);
        fail(new Trouble(body.error.message, xhr.status >= 500 || xhr.status === 429));
      } catch {
        fail(new Trouble(t("chat.lost"), true));
      }
    };
    xhr.send(form);
  });
}
