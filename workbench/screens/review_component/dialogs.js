// The form's dialogs: a reason in one's own words or from chips, and the sheet of shortcuts on which they are changed.

// Asks for a reason; `given` gets it, `left` is called when the person thinks better of it.
function askReason(root, { title, label, chips, text = "" }, given, left) {
  const dialog = root.querySelector(".rv-reason"), area = dialog.querySelector("textarea"), form = dialog.querySelector("form");
  dialog.querySelector("h3").textContent = title; dialog.querySelector("label span").textContent = label; area.value = text;
  dialog.querySelector(".rv-chips").replaceChildren(...chips.map((words) => {
    const chip = make("button", "rv-chip", words); chip.type = "button";
    chip.addEventListener("click", () => { area.value = words; area.focus(); });
    return chip;
  }));
  form.onsubmit = (event) => {
    event.preventDefault();
    const said = area.value.normalize("NFC").trim();
    if (!said) { area.focus(); area.setAttribute("placeholder", "Ghi ngắn gọn một lý do"); return; }
    dialog.onclose = null; dialog.close(); given(said);
  };
  dialog.querySelector('button[value="no"]').onclick = () => dialog.close();
  dialog.onclose = left; // also when Escape closed it
  area.onkeydown = (event) => { if (event.key === "Enter" && !event.shiftKey && !composing(event)) { event.preventDefault(); form.requestSubmit(); } };
  dialog.showModal(); area.focus();
}

class KeySheet {
  // `changed` is called when a shortcut was changed, `closed` when the sheet is put away.
  constructor(root, account, { changed, closed }, signal) {
    this.account = account; this.changed = changed; this.keys = loadKeys(account);
    this.dialog = root.querySelector(".rv-help");
    this.dialog.addEventListener("close", closed, { signal });
  }

  open() {
    this.dialog.querySelector("tbody").replaceChildren(...Object.keys(this.keys).map((action) => this.line(action)));
    if (!this.dialog.open) this.dialog.showModal();
  }

  close() { this.dialog.close(); }

  reset() { this.keys = { ...DEFAULT_KEYS }; this.keep(); }

  keep() { storeKeys(this.account, this.keys); this.changed(); this.open(); }

  line(action) {
    const row = make("tr"), cell = make("td"), button = make("button", "rv-small", "Đổi"), key = make("td");
    key.append(make("kbd", "", this.keys[action])); button.type = "button";
    button.setAttribute("aria-label", "Đổi phím: " + KEY_LABELS[action]);
    button.addEventListener("click", () => this.rebind(action, button));
    cell.append(button); row.append(make("td", "", KEY_LABELS[action]), key, cell);
    return row;
  }

  rebind(action, button) {
    button.textContent = "Bấm phím mới…"; button.focus();
    button.onkeydown = (event) => {
      const name = keyName(event);
      if (!name) return;
      event.preventDefault(); event.stopPropagation();
      const taken = Object.keys(this.keys).find((other) => other !== action && this.keys[other] === name);
      if (!keyAllowed(name)) { button.textContent = "Phím này dùng để gõ, chọn phím khác"; return; }
      if (taken) { button.textContent = `Đã dùng cho «${KEY_LABELS[taken]}»`; return; }
      this.keys[action] = name; this.keep();
    };
  }
}
