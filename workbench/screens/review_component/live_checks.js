// What the server says while one types: suggestions for the field, standard values and remarks for the entry. Answers
// that come late, for another field, text or entry, are thrown away; without them one types on.

class LiveChecks {
  constructor() { this.suggestTimer = 0; this.checkTimer = 0; }

  close() { clearTimeout(this.suggestTimer); clearTimeout(this.checkTimer); }

  // `row` still holds `text` and the focus when `current` says so.
  suggestSoon(entry, row, current) {
    clearTimeout(this.suggestTimer);
    const text = row.input.value;
    if (text.trim().length < 2) return;
    this.suggestTimer = setTimeout(async () => {
      const query = new URLSearchParams({ column: row.field.column, text });
      try {
        const answer = await callServer(`/api/review/suggest/${entry.id}?` + query);
        if (!current() || row.input.value !== text) return;
        row.field.suggestions = answer.suggestions; row.drawMore();
      } catch (error) { /* typing goes on */ }
    }, 200);
  }

  checkSoon(entry, values, current, shown) {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => this.check(entry, values, current, shown), 150);
  }

  stop() { clearTimeout(this.checkTimer); }

  async check(entry, values, current, shown) {
    const asked = values.toSend();
    try {
      const answer = await callServer("/api/review/check", { entry: entry.id, fields: asked });
      if (!current()) return;
      for (const { column, text } of asked) {
        const value = values.get(column);
        // A text that was typed on meanwhile has another standard value.
        if (value.normalized === null && value.text.normalize("NFC").trim() === text) value.normalized = answer.normalized[column] ?? null;
      }
      shown(answer.findings);
    } catch (error) { /* the same checks run on the server when the entry is saved */ }
  }
}
