// What review costs: active time, key presses and corrections by entry and field. A pause of over half a minute is no
// work; a chord (Alt+1) is one press.

const IDLE_MS = 30000;
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"]);

class EffortMeter {
  constructor() { this.byEntry = new Map(); this.lastSign = 0; this.place = null; }

  of(entry) {
    if (!this.byEntry.has(entry.id)) this.byEntry.set(entry.id, { active_ms: 0, keys: 0, fields: {} });
    return this.byEntry.get(entry.id);
  }

  field(entry, column) { return (this.of(entry).fields[column] ||= { ms: 0, keys: 0, corrections: 0 }); }

  pressed(event, entry, column) {
    if (MODIFIERS.has(event.key)) return;
    if (entry) this.of(entry).keys += 1;
    if (entry && column) this.field(entry, column).keys += 1;
    this.awake(entry);
  }

  // A sign of work, such as a key or a turn of the wheel: the time since the sign before it was work too.
  awake(entry) {
    const now = performance.now();
    if (entry && this.lastSign && now - this.lastSign < IDLE_MS) this.of(entry).active_ms += now - this.lastSign;
    this.lastSign = now;
  }

  corrected(entry, column) { this.field(entry, column).corrections += 1; }

  // The person is at this field from now on; the time so far belongs to the field before.
  at(entry, column) {
    const now = performance.now();
    if (this.place) this.field(this.place.entry, this.place.column).ms += Math.min(IDLE_MS, now - this.place.since);
    this.place = column ? { entry, column, since: now } : null;
  }

  // What is sent with a save; counting begins anew.
  taken(entry, values) {
    this.at(entry, "");
    for (const column of Object.keys(values.by)) {
      // Typing the value from blank by Telex: a key a letter, one more a mark, two for đ, and one to go on.
      this.field(entry, column).blank = values.get(column).text.normalize("NFD").replace(/đ/gi, "dd").length + 1;
    }
    return this.spent(entry);
  }

  spent(entry) {
    const effort = this.of(entry);
    this.byEntry.delete(entry.id);
    return effort;
  }
}
